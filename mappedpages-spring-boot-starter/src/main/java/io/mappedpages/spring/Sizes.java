package io.mappedpages.spring;

import org.springframework.util.unit.DataSize;

/** Sizes as one writes them in a property. */
final class Sizes {

    private static final String[] UNITS = {"B", "KB", "MB", "GB", "TB"};

    private Sizes() {
    }

    static String text(DataSize size) {
        return text(size.toBytes());
    }

    /** {@return the size in the largest unit of which it is a whole number} */
    static String text(long bytes) {
        long number = bytes;
        int unit = 0;
        while (number != 0 && number % 1024 == 0 && unit < UNITS.length - 1) {
            number /= 1024;
            unit++;
        }
        return number + UNITS[unit];
    }
}
