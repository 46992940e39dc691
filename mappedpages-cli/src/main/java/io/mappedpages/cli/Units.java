package io.mappedpages.cli;

import java.util.Locale;

/** Sizes, times and shares as people read them. */
final class Units {

    private static final String[] SIZES = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final int STEP = 1024;
    private static final double MICRO = 1e3;
    private static final double MILLI = 1e6;
    private static final double SECOND = 1e9;

    private Units() {
    }

    /** {@return bytes in the largest unit of which there is at least one, with a digit behind the point if that says anything} */
    static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= STEP && unit < SIZES.length - 1) {
            value /= STEP;
            unit++;
        }
        String digits = String.format(Locale.ROOT, unit == 0 || value == Math.rint(value) ? "%.0f" : "%.1f", value);
        return digits + " " + (bytes == 1 ? "byte" : SIZES[unit]);
    }

    /** {@return nanoseconds as µs, ms or s} */
    static String time(long nanos) {
        if (nanos < MILLI) {
            return String.format(Locale.ROOT, nanos < 10 * MICRO ? "%.1f µs" : "%.0f µs", nanos / MICRO);
        }
        boolean isShort = nanos < SECOND;
        return String.format(Locale.ROOT, isShort ? "%.1f ms" : "%.1f s", nanos / (isShort ? MILLI : SECOND));
    }

    /** {@return a part of a whole in percent} */
    static String share(long part, long whole) {
        return whole == 0 ? "0 %" : String.format(Locale.ROOT, "%.1f %%", 100.0 * part / whole);
    }

    /** {@return a number with a thin grouping} */
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@return how many of something, in the singular where that is right} */
    static String count(long number, String one, String many) {
        return count(number) + " " + (number == 1 ? one : many);
    }

    /** {@return a rate per second} */
    static String rate(double perSecond) {
        return String.format(Locale.ROOT, perSecond < 10 ? "%.1f" : "%,.0f", perSecond);
    }
}
