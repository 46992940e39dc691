package io.mappedpages.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import io.mappedpages.ImportReport;
import io.mappedpages.Pager;

/** Takes a file of the Rust crate over. */
// @formatter:off
@Command(
        name = "import",
        header = "Make a page file of one of the Rust crate's.",
        description = {
            "Takes a file of the Rust crate mappedpages over (major version 0, minor up to 2). Every page and every protected page keeps "
                    + "its number, and all that has a checksum is checked on the way.",
            "",
            "Reads the source only, and changes nothing in it. Nobody may write to it meanwhile."},
        exitCodeList = {
            "0:the new file was made", "1:the new file was made, and something in the source was not in order",
            ExitCodes.USAGE_LINE,
            "3:nothing was made: no such file, damaged, no file of the crate, no room"})
// @formatter:on
final class ImportRust implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private final FileAndTarget files = new FileAndTarget();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Override
    public Integer call() {
        ImportReport report = Pager.importRust(files.file(), files.target());
        PrintWriter out = spec.commandLine().getOut();
        if (json.isWanted()) {
            JsonOption.print(report, out);
        } else {
            print(report, out);
        }
        return report.findings().isEmpty() ? ExitCodes.FINE : ExitCodes.FOUND;
    }

    private void print(ImportReport report, PrintWriter out) {
        String other = report.otherGeneration().isPresent()
                ? "; the other metadata page has generation " + report.otherGeneration().getAsLong()
                : "; the other metadata page is damaged";
        out.println(files.target() + " was made: " + Units.count(report.regularPages(), "regular page", "regular pages")
                + ", "
                + Units.count(report.protectedPages(), "protected page", "protected pages") + ", of generation "
                + report.generation() + other);
        report.findings().forEach(finding -> out.println("found: " + finding));
        out.flush();
    }
}
