package io.mappedpages.crashlab;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;

/** Runs many independent pieces of work on all processors, and says how far it is. */
final class Lab {

    /** Whether to try everything, which takes a while, or only what a build has time for. */
    static final boolean LONG = Boolean.getBoolean("crashlab.long");

    private static final int MOST_FAILURES = 5;

    private final String title;
    private final LongSupplier counter;
    private final List<Runnable> jobs = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();

    /** @param counter how many cases were tried so far, in this and in other laboratories */
    Lab(String title, LongSupplier counter) {
        this.title = title;
        this.counter = counter;
    }

    Lab add(Runnable job) {
        jobs.add(job);
        return this;
    }

    /** Runs everything; the first failures are thrown together. */
    void run() {
        long begin = System.nanoTime();
        long before = counter.getAsLong();
        Collections.shuffle(jobs, new Random(1)); // large and small ones mixed: the rest can be foretold, and no core idles
        Progress progress = new Progress(title, jobs.size(), counter);
        try (Quiet _ = new Quiet();
                ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            for (Runnable job : jobs) {
                pool.execute(() -> {
                    runUnlessTooMuchFailed(job);
                    progress.oneMore();
                });
            }
        }
        System.out.printf("Crash laboratory: %s, %,d cases in %.1f s%n", title, counter.getAsLong() - before,
                (System.nanoTime() - begin) / 1e9);
        if (!failures.isEmpty()) {
            LabFailure failure = new LabFailure(title + ": " + failures.getFirst().getMessage(), failures.getFirst());
            failures.stream().skip(1).forEach(failure::addSuppressed);
            throw failure;
        }
    }

    private void runUnlessTooMuchFailed(Runnable job) {
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
    }
}
