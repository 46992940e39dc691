package io.mappedpages.crashlab;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** A line every few seconds of how far a long piece of work is, and how long it will take. Any thread. */
final class Progress {

    private static final int BAR = 30;
    private static final long BETWEEN_NANOS = 10_000_000_000L;

    private final String title;
    private final int all;
    private final LongSupplier counter;
    private final AtomicInteger done = new AtomicInteger();
    private final long begin = System.nanoTime();
    private long said = begin;

    /** @param counter how many cases were tried since the laboratory began */
    Progress(String title, int all, LongSupplier counter) {
        this.title = title;
        this.all = all;
        this.counter = counter;
    }

    /** One of the pieces is done. */
    void oneMore() {
        int now = done.incrementAndGet();
        synchronized (this) {
            long time = System.nanoTime();
            if (Lab.LONG && time - said >= BETWEEN_NANOS) {
                said = time;
                say(now, (time - begin) / 1_000_000_000L);
            }
        }
    }

    private void say(int now, long seconds) {
        long left = seconds * (all - now) / now;
        System.out.printf("  [%-" + BAR + "s] %3d %% of %s, %,d cases, about %d:%02d left%n",
                "#".repeat(now * BAR / all),
                now * 100 / all, title, counter.getAsLong(), left / 60, left % 60);
    }
}
