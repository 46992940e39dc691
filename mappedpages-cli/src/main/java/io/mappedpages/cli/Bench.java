package io.mappedpages.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import io.mappedpages.internal.inspect.DiskProbe;

/** Tells whether a disk is honest and fast. */
// @formatter:off
@Command(
        name = "bench",
        header = "Tell whether a disk is honest and fast.",
        description = {
            "Tells whether the disk below a directory is honest and fast: how many syncs it does in a second and how long they take, "
                    + "whether a sync of one page leaves the others alone, and what small changes cost in a file whose memory is in large "
                    + "pieces. Makes files there, through the code that page files are written by, and deletes them.",
            "",
            "Nothing can prove from within that a disk keeps its word. What can be told is when it cannot be doing so, "
                    + "and then this says so."},
        exitCodeList = {"0:measured, and nothing speaks against this disk",
            "1:what is stored there does not last, or cannot be durable when a sync says so",
            ExitCodes.USAGE_LINE, "3:it cannot be done: no such directory, no permission, no room"})
// @formatter:on
final class Bench implements Callable<Integer> {

    private static final long MIB = 1L << 20;
    private static final int SIXTEEN = 16;
    private static final int SPARE = 4;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "DIR", description = "A directory on the disk.")
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Option(
            names = "--seconds", paramLabel = "N", defaultValue = "2", description = "For each of three measurements of syncs. ${DEFAULT-VALUE} without it.")
    private double seconds;

    @Option(
            names = "--size", paramLabel = "MIB", defaultValue = "64", description = "Of the file that is made, in MiB. ${DEFAULT-VALUE} without it.")
    private int size;

    @Mixin
    private final JsonOption json = new JsonOption();

    /** The file that is there now, and goes if this process is ended. */
    private volatile @Nullable DiskProbe open;
    private volatile boolean ending;

    /**
     * What is told in JSON.
     *
     * @param directory    where
     * @param fileSystem   its kind
     * @param device       its name
     * @param writeCache   what the device says of its cache; left out if it says nothing
     * @param syncing      how pages are synced there
     * @param onePage      write and sync of a page
     * @param sixteenPages write of sixteen pages and one sync for all
     * @param wholeFile    write of a page and sync of all of the file
     * @param ranges       whether a sync of a page leaves others alone
     * @param folios       what small changes cost
     * @param problems     what speaks against the disk
     * @param notes        what else is to be known
     */
    record Report(String directory, String fileSystem, String device, @Nullable String writeCache,
            DiskProbe.Syncing syncing, Latencies.Summary onePage, Latencies.Summary sixteenPages,
            Latencies.Summary wholeFile, DiskBench.Ranges ranges, DiskBench.Folios folios, List<String> problems,
            List<String> notes) {
    }

    @Override
    public Integer call() throws IOException {
        if (seconds < 0 || size < 2 || size > 1 << SIXTEEN) {
            throw new ParameterException(spec.commandLine(), "--seconds must be 0 or more, and --size 2 to 65536.");
        }
        if (!Files.isDirectory(directory)) {
            throw new CliException(ExitCodes.FAILED, directory + (Files.exists(directory) ? ": this is no directory. "
                    : ": there is no such directory. ") + "Say one on the disk that is to be measured.");
        }
        FileStore store = Files.getFileStore(directory);
        long needed = size * MIB + size * MIB / SPARE;
        if (store.getUsableSpace() < needed) {
            throw new CliException(ExitCodes.FAILED,
                    directory + ": there are only " + Units.bytes(store.getUsableSpace())
                            + " free, and " + Units.bytes(needed) + " are needed. Choose a smaller --size.");
        }
        Report report;
        try {
            report = measure(store);
        } catch (IOException e) {
            if (ending) {
                return ExitCodes.INTERRUPTED; // the file was taken away because somebody wants no more of this
            }
            throw e;
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json.isWanted()) {
            JsonOption.print(report, out);
        } else {
            print(report, out);
        }
        return report.problems.isEmpty() ? ExitCodes.FINE : ExitCodes.FOUND;
    }

    private Report measure(FileStore store) throws IOException {
        Device device = Device.below(directory);
        DiskBench bench =
                new DiskBench(device, Math.toIntExact(size * MIB / DiskBench.PAGE), Math.round(seconds * 1e9));
        Thread atEnd = new Thread(this::end, "bench-end");
        Runtime.getRuntime().addShutdownHook(atEnd);
        try {
            DiskProbe probe = make();
            bench.prepare(probe);
            Latencies.Summary one = bench.syncs(probe, 1);
            Latencies.Summary sixteen = bench.syncs(probe, SIXTEEN);
            Latencies.Summary whole = bench.wholeSyncs(probe);
            DiskBench.Ranges ranges = bench.ranges(probe);
            DiskProbe.Syncing syncing = probe.syncing();
            close();
            DiskBench.Folios folios = bench.folios(make());
            Verdict verdict = Verdict.of(store.type(), device, one);
            return new Report(directory.toRealPath().toString(), store.type(), store.name(), device.writeCache(),
                    syncing,
                    one, sixteen, whole, ranges, folios, verdict.problems(), verdict.notes());
        } finally {
            close();
            removeHook(atEnd);
        }
    }

    private DiskProbe make() throws IOException {
        DiskProbe probe = DiskProbe.in(directory, DiskBench.PAGE);
        open = probe;
        return probe;
    }

    private void end() {
        ending = true;
        close();
    }

    private void close() {
        DiskProbe probe = open;
        if (probe != null) {
            probe.close();
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is ending, and the hook runs
        }
    }

    private static void print(Report report, PrintWriter out) {
        out.println(report.directory + ": " + report.fileSystem + " on " + report.device
                + (report.writeCache == null ? "" : ", cache of the device: " + report.writeCache));
        out.println();
        out.printf(Locale.ROOT, "%-36s %10s %9s %9s %9s %9s%n", "write and sync, 4 KiB pages", "a second", "p50", "p90",
                "p99",
                "max");
        line("one page", report.onePage, out);
        line("16 pages, one sync for all", report.sixteenPages, out);
        line("one page, sync of the whole file", report.wholeFile, out);
        out.println();
        Facts facts = new Facts().add("how ranges are synced", words(report.syncing));
        addRanges(facts, report.ranges);
        addFolios(facts, report.folios);
        facts.print(out);
        out.println();
        report.notes.forEach(note -> out.println("note: " + note));
        report.problems.forEach(problem -> out.println("NOT TO BE TRUSTED: " + problem));
        if (report.problems.isEmpty()) {
            out.println(
                    "Nothing speaks against this disk. That does not prove that it keeps what it has synced: pull the plug to see that.");
        }
        out.flush();
    }

    private static void line(String what, Latencies.Summary summary, PrintWriter out) {
        out.printf(Locale.ROOT, "%-36s %10s %9s %9s %9s %9s%n", what, Units.rate(summary.perSecond()),
                Units.time(summary.p50()), Units.time(summary.p90()), Units.time(summary.p99()),
                Units.time(summary.max()));
    }

    private static String words(DiskProbe.Syncing syncing) {
        return switch (syncing) {
            case WRITTEN_TOGETHER ->
                "written at once by sync_file_range, which this file system is known to do, and one msync";
            case FORCED_ONE_BY_ONE ->
                "each by an msync of its own: sync_file_range is not known to work on this file system";
            case WHOLE_FILE -> "one by an msync, several by an fdatasync of the file, as is better on btrfs";
            case FORCED_THROUGH_MAPPINGS -> "through mappings of the JDK's: there is no native access";
        };
    }

    private static void addRanges(Facts facts, DiskBench.Ranges ranges) {
        facts.add("a sync of one page", switch (ranges.honoured()) {
            case YES -> "left " + Units.bytes(ranges.otherBytes()) + " of other pages alone that were to be written";
            case NO -> "wrote other pages, too: ranges are not honoured, and large writes will hold up commits";
            case UNKNOWN -> "may have written other pages, too: it cannot be told";
        });
        facts.more("it took " + Units.time(ranges.pageNanos()) + on(ranges.pageDeviceBytes()) + ", the rest "
                + Units.time(ranges.restNanos()) + on(ranges.restDeviceBytes()));
    }

    private static String on(@Nullable Long deviceBytes) {
        return deviceBytes == null ? "" : " and " + Units.bytes(deviceBytes) + " to the device";
    }

    private static void addFolios(Facts facts, DiskBench.Folios folios) {
        facts.add("4 KiB changed in a mapping",
                times(folios.mappedBytes(), folios.mappedDeviceBytes(), folios.changedBytes()));
        facts.add("4 KiB changed by write()",
                times(folios.writtenBytes(), folios.writtenDeviceBytes(), folios.changedBytes()));
        facts.more(
                "(in a file that was written 1 MiB at a time: where its memory is in large folios, a store through a mapping");
        facts.more("makes the kernel write all of a folio. Regular pages are changed by stores, all else by write().)");
    }

    private static String times(@Nullable Long dirtied, @Nullable Long device, long changed) {
        String toDevice = device == null ? "" : format(device, changed) + " times as much was written to the device";
        String counted = dirtied == null ? "" : format(dirtied, changed) + " times as much was counted as changed";
        return toDevice.isEmpty() && counted.isEmpty() ? "is not counted here"
                : toDevice + (toDevice.isEmpty() || counted.isEmpty() ? "" : ", ") + counted;
    }

    private static String format(long bytes, long changed) {
        return String.format(Locale.ROOT, "%.1f", (double) bytes / changed);
    }
}
