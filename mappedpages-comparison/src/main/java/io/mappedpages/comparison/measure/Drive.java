package io.mappedpages.comparison.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import io.mappedpages.comparison.store.Store;
import io.mappedpages.comparison.store.Store.Session;

/** Lets threads call a store for a while. All begin together. */
final class Drive {

    private final Store store;
    private final Operation operation;
    private final int timed;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /**
     * Prepares it.
     *
     * @param store what is called
     * @param operation how
     * @param timed of so many calls one is timed: a clock that is read for each would be part of what is measured
     */
    Drive(Store store, Operation operation, int timed) {
        this.store = store;
        this.operation = operation;
        this.timed = timed;
    }

    /** {@return what so many callers have noted in so many nanoseconds} */
    Tally run(Callers callers, long nanos) throws Exception {
        CountDownLatch ready = new CountDownLatch(callers.count());
        CountDownLatch go = new CountDownLatch(1);
        Tally tally = new Tally();
        List<Thread> threads = new ArrayList<>();
        long[] end = new long[1];
        for (int i = 0; i < callers.count(); i++) {
            long seed = i + 1L;
            threads.add(callers.start(() -> {
                try (Session session = store.session()) {
                    Caller caller = new Caller(session, seed);
                    ready.countDown();
                    go.await();
                    caller.callUntil(end[0], operation, timed);
                    synchronized (tally) {
                        caller.addTo(tally);
                    }
                } catch (Throwable failed) {
                    failure.compareAndSet(null, failed);
                    ready.countDown();
                }
            }));
        }
        ready.await();
        long begin = System.nanoTime();
        end[0] = begin + nanos;
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        tally.took(System.nanoTime() - begin);
        Throwable failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("A caller failed: " + failed, failed);
        }
        return tally;
    }
}
