package io.mappedpages.comparison.measure;

import java.util.Locale;

/**
 * How many threads call at once.
 *
 * @param count how many
 * @param virtual whether they are virtual threads
 */
public record Callers(int count, boolean virtual) {

    private static final String VIRTUAL = "v";

    /** {@return those that are called so on the command line and in results: {@code 64}, or {@code v64} if they are virtual} */
    public static Callers of(String id) {
        boolean virtual = id.startsWith(VIRTUAL);
        try {
            return new Callers(Integer.parseInt(virtual ? id.substring(VIRTUAL.length()) : id), virtual);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("\"" + id + "\" is not a number of callers. Say 64, or v64 for virtual"
                    + " threads.", e);
        }
    }

    /** {@return as {@link #of} reads them} */
    public String id() {
        return (virtual ? VIRTUAL : "") + count;
    }

    /** {@return as tables say it} */
    public String words() {
        return String.format(Locale.ROOT, virtual ? "%,d virtual" : "%,d", count);
    }

    Thread start(Runnable calls) {
        return virtual ? Thread.ofVirtual().start(calls) : Thread.ofPlatform().start(calls);
    }
}
