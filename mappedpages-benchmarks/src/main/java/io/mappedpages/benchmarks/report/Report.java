package io.mappedpages.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Writes the table of {@code docs/benchmarks.md}, between its two marks, and {@code docs/benchmarks.svg}. Arguments: the
 * directory of the documents, then the files that JMH wrote.
 */
public final class Report {

    private static final String BEGIN = "<!-- table: written by Report -->";
    private static final String END = "<!-- end of table -->";

    private final Results results;
    private final List<Row> rows = new ArrayList<>();

    /**
     * A line of the table.
     *
     * @param what what was measured
     * @param measured the outcome in words
     * @param target what it should be, in words; empty if nothing is promised
     * @param used how much of the target was used up: 1 is just reached, more is missed; NaN without a target
     */
    record Row(String what, String measured, String target, double used) {
        String verdict() {
            return Double.isNaN(used) ? "–" : used <= 1 ? "yes" : "**no**";
        }
    }

    private Report(Results results) {
        this.results = results;
    }

    /** Runs it. */
    public static void main(String[] arguments) throws IOException {
        Path docs = Path.of(arguments[0]);
        List<Path> files = Arrays.stream(arguments).skip(1).map(Path::of).toList();
        Report report = new Report(new Results(files));
        report.collect();
        Path page = docs.resolve("benchmarks.md");
        String text = Files.readString(page);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        Files.writeString(page, text.substring(0, begin) + "\n" + report.table() + text.substring(text.indexOf(END)));
        Files.writeString(docs.resolve("benchmarks.svg"), Plot.of(report.rows));
    }

    private void collect() {
        durable("Durable.allocFresh", "durable `alloc`, fresh page", true);
        durable("Durable.allocFreshWithoutNativeAccess", "the same without native access", false);
        durable("Durable.allocReused", "durable `alloc`, page used before (zeroed)", false);
        durable("Durable.free", "durable `free`", false);
        durable("Durable.protectedCommit", "commit of a protected page of 4 KiB", false);
        bulk();
        open();
        borrow();
        bandwidth("Scan.fill(131072)", "filling whole 4 KiB pages, 512 MiB of them", true);
        bandwidth("Scan.scan(131072)", "scanning whole 4 KiB pages, 512 MiB of them", true);
        bandwidth("Scan.fill(8192)", "filling, 32 MiB, which the cache holds", false);
        bandwidth("Scan.scan(8192)", "scanning, 32 MiB, which the cache holds", false);
        growth();
        deviceBytes();
        heap();
    }

    private void durable(String name, String what, boolean promised) {
        if (!results.has(name + "/smallNanos")) {
            return;
        }
        double bySize = results.ratio(name + "/largeNanos", name + "/smallNanos");
        row(what + ": 1 TiB (sparse) against 1 MiB",
                micros(results.of(name + "/largeNanos")) + " against " + micros(results.of(name + "/smallNanos")) + ": "
                        + times(bySize),
                promised ? "at most 1.5 times the time" : "", promised ? bySize / 1.5 : Double.NaN);
        double small = results.ratio(name + "/smallNanos", name + "/smallRawNanos");
        row(what + ", 1 MiB, against raw `write` + `fdatasync` of the same bytes",
                micros(results.of(name + "/smallNanos")) + " against " + micros(results.of(name + "/smallRawNanos"))
                        + ": " + times(small),
                promised ? "at most 1.15 times the time" : "", promised ? small / 1.15 : Double.NaN);
        double large = results.ratio(name + "/largeNanos", name + "/largeRawNanos");
        row(what + ", 1 TiB, against the same", micros(results.of(name + "/largeNanos")) + " against "
                + micros(results.of(name + "/largeRawNanos")) + ": " + times(large), "", Double.NaN);
    }

    private void bulk() {
        if (results.has("Bulk.allocBulk/time")) {
            double nanos = results.of("Bulk.allocBulk/withoutSyncNanos");
            row("`allocBulk(1_000_000)` by page, syncs excluded",
                    number(nanos) + " ns (with syncs " + number(results.of("Bulk.allocBulk/withSyncNanos"))
                            + " ns; raw writes of the same bytes with syncs "
                            + number(results.of("Bulk.allocBulk/rawNanos")) + " ns)",
                    "at most 50 ns", nanos / 50);
        }
        if (results.has("Bulk.freeBulk/time")) {
            row("`freeBulk` of a million pages by page, syncs excluded",
                    number(results.of("Bulk.freeBulk/withoutSyncNanos")) + " ns (with syncs "
                            + number(results.of("Bulk.freeBulk/withSyncNanos")) + " ns)",
                    "", Double.NaN);
        }
    }

    private void open() {
        if (!results.has("Open.open/time")) {
            return;
        }
        double large = results.of("Open.open/largeNanos");
        double ratio = results.ratio("Open.open/largeNanos", "Open.open/gibNanos");
        row("`open` of a file with 1 TiB allocated, warm", micros(large) + " (its first borrow, in the middle: "
                + micros(results.of("Open.open/largeFirstReadNanos")) + "; mapping a plain file: "
                + micros(results.of("Open.open/rawNanos")) + ")", "at most 10 ms", large / 10e6);
        row("the same against 1 GiB", micros(large) + " against " + micros(results.of("Open.open/gibNanos")) + ": "
                + times(ratio), "at most 3 times the time", ratio / 3);
    }

    private void borrow() {
        if (!results.has("Borrow.read/time")) {
            return;
        }
        double read = results.of("Borrow.read/time");
        row("`read` borrow, one 8-byte load, release; hot page",
                number(read) + " ns (the load alone from a plain mapping: "
                        + number(results.of("Borrow.rawLoad/time")) + " ns; two atomic instructions alone: "
                        + number(results.of("Borrow.twoAtomics/time")) + " ns)",
                "at most 30 ns", read / 30);
        row("the same of a protected page", number(results.of("Borrow.readProtected/time")) + " ns", "", Double.NaN);
        row("`write` borrow, one 8-byte store, release; hot page", number(results.of("Borrow.write/time")) + " ns", "",
                Double.NaN);
    }

    private void bandwidth(String name, String what, boolean promised) {
        if (!results.has(name + "/time")) {
            return;
        }
        double share = results.ratio(name + "/pagerBytesPerNano", name + "/rawBytesPerNano");
        row(what, number(results.of(name + "/pagerBytesPerNano")) + " GB/s against "
                + number(results.of(name + "/rawBytesPerNano")) + " GB/s: " + times(share),
                promised ? "at least 0.9 times the bandwidth of the raw mapping" : "",
                promised ? 0.9 / share : Double.NaN);
    }

    private void growth() {
        for (String access : List.of("", "WithoutNativeAccess")) {
            String name = "Growth.growth" + access;
            if (results.has(name + "/time")) {
                row("`alloc` that makes the file 64 MiB longer, " + words(access),
                        number(results.of(name + "/pagerMillis")) + " ms (raw zeros by 4 KiB: "
                                + number(results.of(name + "/rawSmallWritesMillis")) + " ms, by 1 MiB: "
                                + number(results.of(name + "/rawLargeWritesMillis")) + " ms)",
                        "", Double.NaN);
            }
        }
    }

    private void deviceBytes() {
        for (String access : List.of("", "WithoutNativeAccess")) {
            String name = "DeviceBytes.randomStores" + access;
            if (results.has(name + "/time")) {
                boolean promised = access.isEmpty();
                for (String when : List.of("Growth", "Reopen")) {
                    double factor = results.of(name + "/after" + when);
                    row("bytes to the device by byte stored, random 4 KiB, after " + when.toLowerCase(Locale.ROOT)
                            + ", "
                            + words(access), number(factor), promised ? "at most 1.1" : "",
                            promised ? factor / 1.1 : Double.NaN);
                }
                row("the same, plain mapping of a file filled by 4 KiB / by 1 MiB / read from end to end",
                        number(results.of(name + "/rawAfterSmallWrites")) + " / "
                                + number(results.of(name + "/rawAfterLargeWrites")) + " / "
                                + number(results.of(name + "/rawAfterReopen")),
                        "", Double.NaN);
            }
        }
    }

    private void heap() {
        if (results.has("Heap.neighbours/time")) {
            double share = results.of("Heap.neighbours/percentOfTouched");
            row("heap by byte touched, 1 GiB of neighbouring pages of 1 TiB, `-Xmx64m`", number(share) + " %",
                    "less than 0.2 %", share / 0.2);
        }
        if (results.has("Heap.scattered/time")) {
            double share = results.of("Heap.scattered/percentOfTouched");
            row("heap by byte touched, as many single pages all over 1 TiB, `-Xmx64m`", number(share) + " %",
                    "less than 0.2 %",
                    share / 0.2);
        }
    }

    private static String words(String access) {
        return access.isEmpty() ? "with native access" : "without native access";
    }

    private void row(String what, String measured, String target, double used) {
        rows.add(new Row(what, measured, target, used));
    }

    private String table() {
        StringBuilder table = new StringBuilder("\n| what | measured | should be | reached |\n|---|---|---|---|\n");
        for (Row row : rows) {
            table.append("| ").append(row.what).append(" | ").append(row.measured).append(" | ").append(row.target)
                    .append(" | ").append(row.verdict()).append(" |\n");
        }
        return table.append('\n').toString();
    }

    private static String micros(double nanos) {
        return number(nanos / 1000) + " µs";
    }

    private static String times(double ratio) {
        return String.format(Locale.ROOT, "%.2f times", ratio);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }
}
