package io.mappedpages.sample;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;

/** A read-write lock for each of very many numbers. Some share one, and may wait for each other needlessly. */
final class StripedLock {

    private static final int STRIPES = 64; // a power of two

    private final ReadWriteLock[] stripes =
            Stream.generate(ReentrantReadWriteLock::new).limit(STRIPES).toArray(ReadWriteLock[]::new);

    /** For what may happen together. */
    Lock shared(long number) {
        return stripe(number).readLock();
    }

    /** For what must happen alone. */
    Lock exclusive(long number) {
        return stripe(number).writeLock();
    }

    private ReadWriteLock stripe(long number) {
        return stripes[(int) number & (STRIPES - 1)];
    }
}
