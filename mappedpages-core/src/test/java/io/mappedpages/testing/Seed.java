package io.mappedpages.testing;

import java.util.Random;

/**
 * Where a random test begins. It is another place each time; {@code -Dmappedpages.test.seed=} with the number that a
 * failure names brings that failure back.
 */
public final class Seed {

    private static final String PROPERTY = "mappedpages.test.seed";

    private Seed() {
    }

    /** What the property says, or something new. */
    public static long next() {
        return Long.getLong(PROPERTY, new Random().nextLong());
    }

    /** Runs a test and names the seed if it fails, whatever the failure. */
    public static void named(long seed, Runnable test) {
        try {
            test.run();
        } catch (Throwable e) {
            throw new AssertionError("with -D" + PROPERTY + "=" + seed + ": " + e.getMessage(), e);
        }
    }
}
