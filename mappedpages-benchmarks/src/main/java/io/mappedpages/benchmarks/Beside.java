package io.mappedpages.benchmarks;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Threads that do something again and again while something else is measured. */
final class Beside {

    private final AtomicLong done = new AtomicLong();
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private volatile boolean over;

    private Beside() {
    }

    /**
     * Measures while one thread for each of {@code works} is at work. Returns when all have come to the end of what they do.
     *
     * @return how often they had come to an end of it when the measuring was over
     * @throws Exception what failed, here or there
     */
    static long measure(List<Turns.Turn> works, Turns.Turn measured) throws Exception {
        return new Beside().run(works, measured);
    }

    private long run(List<Turns.Turn> works, Turns.Turn measured) throws Exception {
        List<Thread> threads = works.stream().map(work -> Thread.ofPlatform().start(() -> repeat(work))).toList();
        long doneInTime;
        try {
            measured.run();
        } finally {
            doneInTime = done.get();
            over = true;
            for (Thread thread : threads) {
                thread.join();
            }
        }
        Exception failed = failure.get();
        if (failed != null) {
            throw failed;
        }
        return doneInTime;
    }

    private void repeat(Turns.Turn work) {
        try {
            while (!over) {
                work.run();
                done.incrementAndGet();
            }
        } catch (Exception e) {
            failure.compareAndSet(null, e);
        }
    }
}
