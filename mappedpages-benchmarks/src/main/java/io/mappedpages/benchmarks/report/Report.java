package io.mappedpages.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Writes the tables of {@code docs/benchmarks.md}, each between its two marks, and {@code docs/benchmarks.svg}. Arguments: the
 * directory of the documents, then the files that JMH wrote.
 */
public final class Report {

    private static final String BEGIN = "<!-- table: written by Report -->";
    private static final String END = "<!-- end of table -->";
    private static final String BEGIN_CALLERS = "<!-- table of callers: written by Report -->";
    private static final String END_CALLERS = "<!-- end of table of callers -->";
    /** No target. */
    private static final double NONE = Double.NaN;
    private static final List<String> MODES = List.of("JOURNAL", "CHECKPOINT");

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
        Document page = new Document(docs.resolve("benchmarks.md"));
        page.replace(BEGIN, END, report.table());
        String callers = new CallersTable(report.results).text();
        if (!callers.isEmpty()) {
            page.replace(BEGIN_CALLERS, END_CALLERS, callers);
        }
        page.write();
        Files.writeString(docs.resolve("benchmarks.svg"), Plot.of(report.rows));
    }

    private void collect() {
        for (String mode : MODES) {
            boolean journal = isJournal(mode);
            durable("Durable.allocFresh", mode, "durable `alloc`, fresh page", true, true);
            durable("Durable.allocFreshWithoutNativeAccess", mode, "durable `alloc` without native access", false,
                    false);
            durable("Durable.allocReused", mode, "durable `alloc`, page used before (zeroed)", false, journal);
            durable("Durable.free", mode, "durable `free`", false, false);
            durable("Durable.protectedCommit", mode, "commit of a protected page of 4 KiB", false, journal);
        }
        callers();
        loneCommit();
        transactions();
        allocBesideStores();
        coldRead();
        randomReads();
        bulk();
        open();
        openAfterKill();
        borrow();
        bandwidth("Scan.fill(131072)", "filling whole 4 KiB pages, 512 MiB of them", true);
        bandwidth("Scan.scan(131072)", "scanning whole 4 KiB pages, 512 MiB of them", true);
        bandwidth("Scan.fill(8192)", "filling, 32 MiB, which the cache holds", false);
        bandwidth("Scan.scan(8192)", "scanning, 32 MiB, which the cache holds", false);
        growth();
        deviceBytes();
        heap();
    }

    private static boolean isJournal(String mode) {
        return mode.equals("JOURNAL");
    }

    private static String how(String mode) {
        return isJournal(mode) ? " with a journal" : " with checkpoints";
    }

    private void durable(String benchmark, String mode, String call, boolean sizePromised, boolean rawPromised) {
        String name = benchmark + "(" + mode + ")";
        if (!results.has(name + "/smallNanos")) {
            return;
        }
        String what = call + how(mode);
        atMost(what + ": 1 TiB (sparse) against 1 MiB", name, "largeNanos", "smallNanos", sizePromised ? 1.5 : NONE);
        atMost(what + ", 1 MiB, against raw `write` of the same bytes and " + (isJournal(mode) ? "one" : "as many")
                + " `fdatasync`", name, "smallNanos",
                "smallRawNanos", rawPromised ? 1.15 : NONE);
        atMost(what + ", 1 TiB, against the same", name, "largeNanos", "largeRawNanos",
                rawPromised && isJournal(mode) ? 1.15 : NONE);
        double rest = results.of(name + "/smallNanos") - results.of(name + "/syncNanos")
                - results.of(name + "/writeNanos") - results.of(name + "/lookNanos");
        row(what + ", 1 MiB: what the time goes to",
                "syncs " + micros(results.of(name + "/syncNanos")) + " (raw, the last one: "
                        + micros(results.of(name + "/rawSyncNanos")) + "), writes "
                        + micros(results.of(name + "/writeNanos")) + ", looking whether the file is in its place "
                        + micros(results.of(name + "/lookNanos")) + ", all else " + micros(rest),
                "", Double.NaN);
    }

    /** A row of two times and their ratio. */
    private void atMost(String what, String name, String of, String to, double most) {
        double ratio = results.ratio(name + "/" + of, name + "/" + to);
        row(what, micros(results.of(name + "/" + of)) + " against " + micros(results.of(name + "/" + to)) + ": "
                + times(ratio), Double.isNaN(most) ? "" : "at most " + plain(most) + " times the time", ratio / most);
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }

    private void callers() {
        String many = CallersTable.name(64, "JOURNAL", false);
        String crowd = CallersTable.name(1_000, "JOURNAL", true);
        String lone = CallersTable.name(1, "JOURNAL", false);
        timesLone(many, "durable updates a second, 64 platform threads against 1, with a journal", 10);
        timesLone(crowd, "durable updates a second, 1,000 virtual threads against a platform thread, with a journal",
                20);
        kib(lone, "KiB written an update, lone, with a journal", 13);
        kib(many, "KiB written an update, 64 threads, with a journal", 5.5);
    }

    private void timesLone(String name, String what, double least) {
        if (results.has(name + "/timesLone")) {
            double ratio = results.of(name + "/timesLone");
            row(what, number(results.of(name + "/updatesPerSecond")) + ": " + times(ratio),
                    "at least " + plain(least) + " times as many", least / ratio);
        }
    }

    private void kib(String name, String what, double most) {
        if (results.has(name + "/kibPerUpdate")) {
            double kib = results.of(name + "/kibPerUpdate");
            row(what, number(kib) + " (the device counted " + number(results.of(name + "/deviceKibPerUpdate")) + ")",
                    "at most " + plain(most), kib / most);
        }
    }

    private void loneCommit() {
        for (String mode : MODES) {
            String name = "LoneCommit.commit(" + mode + ")";
            if (results.has(name + "/time")) {
                String what = "lone commit of a random one of 65,536 protected pages" + how(mode) + ", ";
                atMost(what + "p99.9 against p50, checkpoints included", name, "p999Nanos", "p50Nanos",
                        isJournal(mode) ? 5 : NONE);
                atMost("the same of raw writes of page and record, one `fdatasync`", name, "rawP999Nanos",
                        "rawP50Nanos", NONE);
                atMost(what + "p50 against the same raw", name, "p50Nanos", "rawP50Nanos", NONE);
                atMost(what + "p99 against the same raw", name, "p99Nanos", "rawP99Nanos", NONE);
            }
        }
    }

    private void allocBesideStores() {
        for (String mode : MODES) {
            String name = "AllocBesideStores.alloc(" + mode + ")";
            if (results.has(name + "/time")) {
                String what = "`alloc`" + how(mode)
                        + " while others keep 1 GiB of regular pages dirty, against an idle file, ";
                atMost(what + "p99", name, "besideP99Nanos", "idleP99Nanos", isJournal(mode) ? 3 : NONE);
                atMost(what + "p50", name, "besideP50Nanos", "idleP50Nanos", NONE);
            }
        }
    }

    private void coldRead() {
        for (String mode : MODES) {
            String name = "ColdRead.read(" + mode + ")";
            if (!results.has(name + "/time")) {
                continue;
            }
            for (String kind : List.of("Regular", "Protected")) {
                for (String beside : List.of("commits", "growths", "verifies")) {
                    atMost("cold read of a " + kind.toLowerCase(Locale.ROOT) + " page beside " + beside + how(mode)
                            + ", p99, against an idle pager", name, beside + kind + "P99Nanos",
                            "idle" + kind + "P99Nanos", isJournal(mode) ? 2 : NONE);
                }
            }
        }
    }

    private void openAfterKill() {
        String name = "OpenAfterKill.open";
        if (!results.has(name + "/time")) {
            return;
        }
        for (String size : List.of("small", "gib", "large")) {
            double nanos = results.of(name + "/" + size + "Nanos");
            String length = size.equals("small") ? "1 MiB" : size.equals("gib") ? "1 GiB" : "1 TiB (sparse)";
            row("`open` after a kill with a full journal, " + length,
                    micros(nanos) + ", " + Math.round(results.of(name + "/" + size + "Records"))
                            + " records (closed in order: "
                            + micros(results.of(name + "/" + size + "ClosedNanos")) + ")",
                    "at most 20 ms", nanos / 20e6);
        }
        row("the first commit after that, 1 TiB", micros(results.of(name + "/largeFirstCommitNanos")), "", Double.NaN);
    }

    private void transactions() {
        String name = "Transaction.transactions";
        if (results.has(name + "/time")) {
            atMost("transaction of 8 protected pages against 8 commits of one", name, "transactionOfEightNanos",
                    "eightCommitsNanos", 0.3);
            atMost("the same against one commit of one", name, "transactionOfEightNanos", "oneCommitNanos", 2);
            atMost("transaction that makes and fills two pages against one commit of one", name,
                    "transactionThatMakesTwoNanos", "oneCommitNanos", NONE);
        }
    }

    private void randomReads() {
        for (String call : List.of("word", "wordByTwo", "copy", "copyByTwo")) {
            String name = "RandomRead." + call;
            if (!results.has(name + "/time")) {
                continue;
            }
            boolean isWord = call.startsWith("word");
            String what = (isWord ? "random read of a word" : "copy of a random page") + " out of 256 MiB, "
                    + (call.endsWith("ByTwo") ? "two threads" : "one thread") + ", ";
            atLeast(what + "regular page by function", name, "functionNanos", isWord ? 0.6 : Double.NaN);
            atLeast(what + "protected page by function", name, "protectedFunctionNanos", isWord ? 0.6 : Double.NaN);
            atLeast(what + "a sequence lock and nothing else", name, "sequenceLockNanos", Double.NaN);
            atLeast(what + "regular page borrowed", name, "borrowNanos", Double.NaN);
            atLeast(what + "protected page borrowed", name, "protectedBorrowNanos", Double.NaN);
        }
    }

    /** A row of how many reads there are for each of the plain mapping. */
    private void atLeast(String what, String name, String of, double least) {
        double share = results.ratio(name + "/rawNanos", name + "/" + of);
        row(what, number(results.of(name + "/" + of)) + " ns against " + number(results.of(name + "/rawNanos"))
                + " ns from a plain mapping: " + times(share),
                Double.isNaN(least) ? "" : "at least " + plain(least) + " times as many", least / share);
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
