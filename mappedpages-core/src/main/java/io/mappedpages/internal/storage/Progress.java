package io.mappedpages.internal.storage;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Says now and then how far a long work has come, so that nobody takes it for one that hangs. */
final class Progress {

    private static final long FIRST = TimeUnit.SECONDS.toNanos(5);
    private static final long NEXT = TimeUnit.SECONDS.toNanos(10);
    private static final long MIB = 1 << 20;

    private final String what;
    private final long total;
    private final LongSupplier nanoTime;
    private final Consumer<String> log;
    private long due;

    /**
     * Begins.
     *
     * @param what  what is done, as in "reserving space for x"
     * @param total how many bytes there are to do
     */
    Progress(String what, long total, LongSupplier nanoTime, Consumer<String> log) {
        this.what = what;
        this.total = total;
        this.nanoTime = nanoTime;
        this.log = log;
        this.due = nanoTime.getAsLong() + FIRST;
    }

    /** So many bytes are done. */
    void at(long done) {
        long now = nanoTime.getAsLong();
        if (now - due >= 0) {
            due = now + NEXT;
            log.accept(what + ": " + done / MIB + " of " + total / MIB + " MiB are done");
        }
    }
}
