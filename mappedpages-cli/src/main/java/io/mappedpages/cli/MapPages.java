package io.mappedpages.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import io.mappedpages.PageRange;
import io.mappedpages.PageUse;
import io.mappedpages.ReadOnlyPager;

/** Shows what the pages of a file are used for. */
// @formatter:off
@Command(
        name = "map",
        header = "Show what the pages of a file are used for, in letters or as a picture.",
        description = {
            "Shows what the pages of a file are used for, from its beginning to its end: how full it is, and how scattered what is free. "
                    + "In letters, as a picture, or as ranges in JSON.",
            "", "Reads only, also beside the application that writes to the file."},
        exitCodeList = {
            ExitCodes.FINE_LINE, "1:of some pages it cannot be told, or the file does not open",
            ExitCodes.USAGE_LINE, ExitCodes.FAILED_LINE})
// @formatter:on
final class MapPages implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private final FileArgument argument = new FileArgument();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Option(names = "--png", paramLabel = "OUT", description = "Write a picture to this file instead.")
    private @Nullable Path picture;

    @Option(names = "--width", paramLabel = "N", description = "Letters in a line; without it, as wide as the terminal.")
    private @Nullable Integer width;

    @Option(
            names = "--lines", paramLabel = "N", defaultValue = "24", description = "Lines at most; a letter stands for as many pages as that takes. ${DEFAULT-VALUE} without it.")
    private int lines;

    /**
     * What is told in JSON.
     *
     * @param file     the file
     * @param pageSize bytes
     * @param pages    in the file
     * @param uses     pages of each use
     * @param freeRuns rows of neighbouring free pages
     * @param longestFreeRun pages in the longest of those
     * @param ranges   neighbouring pages of one use, in ascending order
     */
    record Report(String file, int pageSize, long pages, FileInfo.Counts uses, long freeRuns, long longestFreeRun,
            List<Range> ranges) {
    }

    /** Neighbouring pages of one use. */
    record Range(long first, long count, String use) {

        static Range of(PageRange range) {
            return new Range(range.first(), range.count(), Uses.name(range.use()));
        }
    }

    @Override
    public Integer call() throws IOException {
        int letters = width == null ? spec.commandLine().getUsageHelpWidth() : width;
        if (letters < 1 || lines < 1) {
            throw new ParameterException(spec.commandLine(), "--width and --lines must be 1 or more.");
        }
        try (PageFile file = PageFile.open(argument.file())) {
            if (file.damage() != null) {
                throw new CliException(ExitCodes.FOUND, String.valueOf(file.damage().getMessage()), file.damage());
            }
            ReadOnlyPager pager = file.requirePager();
            Uses uses = Uses.of(pager.pageMap(0));
            PrintWriter out = spec.commandLine().getOut();
            show(pager, uses, letters, out);
            out.flush();
            return uses.of(PageUse.UNKNOWN) > 0 ? ExitCodes.FOUND : ExitCodes.FINE;
        }
    }

    private void show(ReadOnlyPager pager, Uses uses, int letters, PrintWriter out) throws IOException {
        long pages = pager.pageCount();
        Path png = picture;
        if (png != null) {
            String title = pager.path().getFileName() + "  " + pages + " pages of " + Units.bytes(pager.pageSize())
                    + "  " + Units.share(uses.of(PageUse.FREE), pages) + " free";
            MapPicture.write(Cells.of(pager.pageMap(0), pages, MapPicture.mostCells()), title, png);
        }
        if (json.isWanted()) {
            JsonOption.print(new Report(pager.path().toString(), pager.pageSize(), pages, FileInfo.Counts.of(uses),
                    uses.freeRuns(), uses.longestFree(), pager.pageMap(0).map(Range::of).toList()), out);
            return;
        }
        if (png == null) {
            Cells cells = Cells.of(pager.pageMap(0), pages, Math.multiplyExact(letters, lines));
            MapText.print(cells, letters, Ansi.AUTO, out);
            MapText.printLegend(cells, out);
        } else {
            out.println("written: " + png);
        }
        summary(pager, uses, pages, out);
    }

    private static void summary(ReadOnlyPager pager, Uses uses, long pages, PrintWriter out) {
        long free = uses.of(PageUse.FREE);
        out.println(Units.count(pages) + " pages of " + Units.bytes(pager.pageSize()) + ", "
                + Units.share(free, pages) + " of them free"
                + (free == 0 ? "." : ", in " + Units.count(uses.freeRuns(), "run", "runs") + "; the longest has "
                        + Units.count(uses.longestFree(), "page", "pages") + " ("
                        + Units.bytes(uses.longestFree() * pager.pageSize()) + ")."));
    }
}
