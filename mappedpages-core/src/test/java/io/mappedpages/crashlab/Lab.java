package io.mappedpages.crashlab;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs many independent pieces of work on all processors, and says how far it is. */
final class Lab {

    /** Whether to try everything, which takes a while, or only what a build has time for. */
    static final boolean LONG = Boolean.getBoolean("crashlab.long");

    private static final int BAR = 40;
    private static final int MOST_FAILURES = 5;

    private final String title;
    private final List<Runnable> jobs = new ArrayList<>();

    Lab(String title) {
        this.title = title;
    }

    Lab add(Runnable job) {
        jobs.add(job);
        return this;
    }

    /** Runs everything; the first failures are thrown together. */
    void run() {
        long begin = System.nanoTime();
        AtomicInteger done = new AtomicInteger();
        List<Throwable> failures = new ArrayList<>();
        try (Quiet _ = new Quiet();
                ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            List<Future<?>> running = new ArrayList<>();
            for (Runnable job : jobs) {
                running.add(pool.submit(() -> {
                    synchronized (failures) {
                        if (failures.size() >= MOST_FAILURES) {
                            return;
                        }
                    }
                    try {
                        job.run();
                    } catch (Throwable e) {
                        synchronized (failures) {
                            failures.add(e);
                        }
                    }
                    progress(done.incrementAndGet());
                }));
            }
        }
        System.out.printf("Crash laboratory: %s, %,d pieces in %.1f s%n", title, jobs.size(),
                (System.nanoTime() - begin) / 1e9);
        if (!failures.isEmpty()) {
            LabFailure failure = new LabFailure(title + ": " + failures.getFirst().getMessage(), failures.getFirst());
            failures.stream().skip(1).forEach(failure::addSuppressed);
            throw failure;
        }
    }

    private void progress(int done) {
        int before = (done - 1) * BAR / jobs.size();
        int now = done * BAR / jobs.size();
        if (LONG && now > before) {
            System.out.printf("  [%-" + BAR + "s] %3d %% %s%n", "#".repeat(now), done * 100 / jobs.size(), title);
        }
    }
}
