package io.mappedpages;

/** Checks of arguments that need no file to be wrong. */
final class Arguments {

    private Arguments() {
    }

    static long requireAtLeast(long least, long value, String name) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be " + least + " or more, not " + value);
        }
        return value;
    }
}
