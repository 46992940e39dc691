package io.mappedpages.comparison.measure;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Counts, in what {@code strace -f} wrote, the calls that make something durable: {@code fsync}, {@code fdatasync},
 * {@code msync} with {@code MS_SYNC}, and writes to what was opened with {@code O_DSYNC} or {@code O_SYNC}.
 */
final class SyncCalls {

    /** What the system is asked to tell of. */
    static final String TRACED = "openat,close,fsync,fdatasync,msync,write,writev,pwrite64,pwritev";

    private static final Pattern CALL = Pattern.compile("(\\d+) +(\\w+)\\((.*)");
    private static final Pattern RESUMED = Pattern.compile("(\\d+) +<\\.\\.\\. (\\w+) resumed>(.*)");
    private static final Pattern DESCRIPTOR = Pattern.compile("\\) += (\\d+)$");
    private static final Pattern FIRST_NUMBER = Pattern.compile("(\\d+).*");

    private final Map<String, Long> counts = new TreeMap<>();
    /** What was opened so that each write syncs. */
    private final Set<String> syncing = new HashSet<>();
    /** Threads that are opening something, and how. */
    private final Map<String, String> opening = new HashMap<>();
    private boolean isCounting;

    /** {@return how often each kind was called between the attempts to open two files} */
    static Map<String, Long> between(String begin, String end, Stream<String> lines) {
        SyncCalls calls = new SyncCalls();
        lines.forEach(line -> calls.add(line, begin, end));
        return calls.counts;
    }

    private void add(String line, String begin, String end) {
        Matcher call = CALL.matcher(line);
        if (call.matches()) {
            String arguments = call.group(3);
            switch (call.group(2)) {
                case "openat" -> {
                    isCounting = arguments.contains(begin) || (isCounting && !arguments.contains(end));
                    opening.put(call.group(1), arguments);
                    opened(call.group(1), arguments);
                }
                case "close" -> syncing.remove(firstNumber(arguments));
                case "fsync", "fdatasync" -> count(call.group(2));
                case "msync" -> countIf(arguments.contains("MS_SYNC"), "msync");
                default -> countIf(syncing.contains(firstNumber(arguments)), "write with O_DSYNC");
            }
            return;
        }
        Matcher resumed = RESUMED.matcher(line);
        if (resumed.matches() && resumed.group(2).equals("openat")) {
            opened(resumed.group(1), resumed.group(3));
        }
    }

    private void opened(String thread, String result) {
        Matcher descriptor = DESCRIPTOR.matcher(result);
        String how = opening.getOrDefault(thread, "");
        if (descriptor.find() && (how.contains("O_DSYNC") || how.contains("O_SYNC"))) {
            syncing.add(descriptor.group(1));
        }
    }

    private static String firstNumber(String arguments) {
        Matcher number = FIRST_NUMBER.matcher(arguments);
        return number.matches() ? number.group(1) : "";
    }

    private void countIf(boolean condition, String kind) {
        if (condition) {
            count(kind);
        }
    }

    private void count(String kind) {
        if (isCounting) {
            counts.merge(kind, 1L, Long::sum);
        }
    }
}
