package io.mappedpages;

import java.time.Duration;

/** Checks of arguments that need no file to be wrong. */
final class Arguments {

    private Arguments() {
    }

    static Duration requireNotNegative(Duration value, String name) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + " must be zero or more, not " + value);
        }
        return value;
    }

    static long requireAtLeast(long least, long value, String name) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be " + least + " or more, not " + value);
        }
        return value;
    }
}
