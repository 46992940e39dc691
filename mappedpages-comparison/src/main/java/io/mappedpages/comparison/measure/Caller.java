package io.mappedpages.comparison.measure;

import java.util.SplittableRandom;

import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.IntCountsHistogram;

import io.mappedpages.comparison.store.Contents;
import io.mappedpages.comparison.store.Store.Session;

/** One thread that calls a store, and what it has noted. */
final class Caller {

    private static final int DIGITS = 3;

    final Session session;
    final SplittableRandom random;
    /** What it writes, or has read last. */
    final byte[] value;
    private final AbstractHistogram reads = new IntCountsHistogram(DIGITS);
    private final AbstractHistogram commits = new IntCountsHistogram(DIGITS);
    private long calls;
    private long committed;
    private long read;

    Caller(Session session, long seed) {
        this.session = session;
        this.random = new SplittableRandom(seed);
        this.value = Contents.of(0, seed);
    }

    /** Uses what was read, so that no compiler leaves out the reading. */
    void use(long word) {
        read += word;
    }

    /** Calls until the time is up. Of so many calls one is timed. */
    void callUntil(long end, Operation operation, int timed) throws Exception {
        for (long begin = System.nanoTime(); begin < end; begin = System.nanoTime()) {
            boolean isCommit = operation.call(this);
            long nanos = System.nanoTime() - begin;
            (isCommit ? commits : reads).recordValue(nanos);
            committed += isCommit ? 1 : 0;
            for (int i = 1; i < timed; i++) {
                operation.call(this);
            }
            calls += timed;
        }
    }

    /** Gives what it has noted to a tally. */
    void addTo(Tally tally) {
        tally.add(calls, committed, reads, commits, read);
    }
}
