package io.mappedpages.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import io.mappedpages.Pager;
import io.mappedpages.RepairReport;

/** Saves what can be saved of a file that does not open. */
// @formatter:off
@Command(
        name = "repair",
        header = "Save what can be saved of a damaged file.",
        description = {
            "Makes a new page file of what is left of one that does not open, or that lost something: the newest state that can be "
                    + "had, each protected page whose checksums are right, also where nothing leads to it any more, and the regular pages. All keep "
                    + "their numbers. What is lost, and what is not certain, is listed.",
            "",
            "Reads the damaged file only, and changes nothing in it. No application may have it open."},
        exitCodeList = {
            "0:all of the newest state is in the new file", "1:the new file was made, and what it lacks was listed",
            ExitCodes.USAGE_LINE,
            "3:nothing was made: no such file, nothing left that tells what it is, in use, no room"})
// @formatter:on
final class Repair implements Callable<Integer> {

    /** Of each kind a person is shown so many. */
    private static final int MOST_SHOWN = 20;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private final FileAndTarget files = new FileAndTarget();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Override
    public Integer call() {
        RepairReport report = Pager.repair(files.file(), files.target());
        PrintWriter out = spec.commandLine().getOut();
        if (json.isWanted()) {
            JsonOption.print(report, out);
        } else {
            print(report, files.target(), out);
        }
        return report.isWhole() && report.findings().isEmpty() ? ExitCodes.FINE : ExitCodes.FOUND;
    }

    private static void print(RepairReport report, Path made, PrintWriter out) {
        out.println(made + " was made: " + Units.count(report.regularPages(), "regular page", "regular pages") + ", "
                + Units.count(report.protectedPages(), "protected page", "protected pages") + ", as of commit "
                + report.generation());
        print("lost protected pages", report.lostProtected(), "restore them from wherever you can", out);
        print("older protected pages", report.olderProtected(),
                "they have the content of an earlier commit: look at them", out);
        print("unsure protected pages", report.unsureProtected(),
                "nobody can tell which of them were in use; those that were found are there", out);
        print("found protected pages", report.foundProtected(),
                "one that was freed before may be among them: look at them", out);
        print("lost regular pages", report.lostRegular(),
                "they are zeros where they could not be read, or gone: restore them", out);
        print("unsure regular pages", report.unsureRegular(),
                "nobody can tell whether they were in use: free those you do not know",
                out);
        report.findings().forEach(finding -> out.println("found: " + finding));
        if (report.truncated()) {
            out.println("There is more than is listed.");
        }
        out.flush();
    }

    private static void print(String what, List<RepairReport.Row> rows, String advice, PrintWriter out) {
        if (!rows.isEmpty()) {
            out.println(
                    what + ": " + rows.stream().limit(MOST_SHOWN).map(Repair::words).collect(Collectors.joining(", "))
                            + (rows.size() > MOST_SHOWN ? ", and more (--json has them)" : "") + ". " + advice);
        }
    }

    private static String words(RepairReport.Row row) {
        return row.end() - row.first() == 1 ? Long.toString(row.first()) : row.first() + " to " + (row.end() - 1);
    }
}
