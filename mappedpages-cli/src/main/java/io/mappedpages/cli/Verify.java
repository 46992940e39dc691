package io.mappedpages.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import io.mappedpages.MappedPageException;
import io.mappedpages.ReadOnlyPager;
import io.mappedpages.RecoveryReport;
import io.mappedpages.RecoveryReport.Loss;
import io.mappedpages.VerifyReport;

/** Checks a page file. */
// @formatter:off
@Command(
        name = "verify",
        header = "Check a page file.",
        description = {
            "Reads and checks all of a page file that has checksums: superblock, metadata, trees, journal, and the contents "
                    + "of all protected pages. Regular pages have none.",
            "",
            "Reads only, and may run beside the application that writes to the file: what is found is wrong, and not only being "
                    + "changed. Beside one that is never at rest it may not come to an end; then check with the endpoint of that application."},
        exitCodeList = {
            "0:the file is sound", "1:something is wrong with the file, and was listed",
            ExitCodes.USAGE_LINE,
            "3:the file cannot be read, or is no page file"})
// @formatter:on
final class Verify implements Callable<Integer> {

    private static final String WHOLE_FILE = "file";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private final FileArgument argument = new FileArgument();

    @Mixin
    private final JsonOption json = new JsonOption();

    /**
     * What is told in JSON.
     *
     * @param file           the file
     * @param sound          whether nothing is wrong
     * @param findings       what is wrong
     * @param truncated      whether there is more than is listed
     * @param notes          what opening the file for writing will put in order, and loses nothing
     * @param generation     number of the last commit; this and what follows is left out if the file does not open
     * @param pages          pages in the file
     * @param freePages      of them free
     * @param dataPages      of them regular pages in use
     * @param protectedPages protected pages in use, each counted once
     * @param internalPages  the file's own
     * @param nodesChecked   tree nodes that were read
     * @param nanos          how long it took
     */
    record Report(String file, boolean sound, List<Found> findings, boolean truncated, List<String> notes,
            @Nullable Long generation, @Nullable Long pages, @Nullable Long freePages, @Nullable Long dataPages,
            @Nullable Long protectedPages, @Nullable Long internalPages, @Nullable Long nodesChecked, long nanos) {
    }

    /**
     * Something that is wrong.
     *
     * @param page    where; null if it is not about one page
     * @param problem what
     * @param meaning what that means
     * @param advice  what to do
     */
    record Found(@Nullable Long page, String problem, String meaning, String advice) {

        static Found of(VerifyReport.Finding finding) {
            Meaning meaning = Meaning.of(finding.problem());
            return new Found(finding.page() < 0 ? null : finding.page(), finding.problem(), meaning.meaning(),
                    meaning.advice());
        }
    }

    @Override
    public Integer call() throws IOException {
        try (PageFile file = PageFile.open(argument.file())) {
            ReadOnlyPager pager = file.pager();
            Report report = pager == null ? notOpened(file) : check(file, pager);
            PrintWriter out = spec.commandLine().getOut();
            if (json.isWanted()) {
                JsonOption.print(report, out);
            } else {
                print(report, out);
            }
            return report.sound ? ExitCodes.FINE : ExitCodes.FOUND;
        }
    }

    private static Report notOpened(PageFile file) {
        MappedPageException damage = file.damage();
        Found found = new Found(null, damage == null ? "" : String.valueOf(damage.getMessage()),
                "The file does not open, so nothing else of it could be checked.",
                "Keep the file as it is. mappedpages info and dump show what is left of it, and mappedpages "
                        + "repair makes another file of that.");
        return new Report(file.inspector().path().toString(), false, List.of(found), false, List.of(), null, null, null,
                null, null, null, null, 0);
    }

    private Report check(PageFile file, ReadOnlyPager pager) throws IOException {
        RecoveryReport recovery = pager.recovery().orElse(null);
        long begun = System.nanoTime();
        VerifyReport checked = checkWithProgress(file, pager);
        long nanos = System.nanoTime() - begun;
        List<Found> findings = new ArrayList<>();
        List<String> notes = List.of();
        if (recovery != null && recovery.loss() == Loss.POSSIBLE) {
            recovery.findings().forEach(finding -> findings.add(new Found(null, finding,
                    "Opening the file would go on without something that may have been committed.",
                    "Keep a copy of the file as it is before anything opens it for writing.")));
        } else if (recovery != null) {
            notes = recovery.findings();
        }
        checked.findings().stream().map(Found::of).forEach(findings::add);
        return new Report(file.inspector().path().toString(), findings.isEmpty(), findings, checked.truncated(), notes,
                pager.generation(), checked.pages(), checked.freePages(), checked.dataPages(),
                checked.protectedPages(), checked.internalPages(), checked.nodesChecked(), nanos);
    }

    private VerifyReport checkWithProgress(PageFile file, ReadOnlyPager pager) throws IOException {
        long contents = pager.protectedPageCount() * pager.pageSize();
        long states = pager.pageCount() / Byte.SIZE;
        long before = ReadSoFar.bytes();
        LongSupplier done = before < 0 ? () -> -1 : () -> ReadSoFar.bytes() - before;
        try (ProgressBar _ = ProgressBar.start(spec.commandLine().getErr(), Terminal.isThere(),
                "checking " + file.inspector().path().getFileName(), done, contents + states)) {
            return pager.verify();
        }
    }

    private static void print(Report report, PrintWriter out) {
        for (Found found : report.findings) {
            String where = found.page == null ? WHOLE_FILE : "page " + found.page;
            out.println(Ansi.AUTO.string("@|bold,red " + where + "|@: ") + found.problem);
            out.println("    " + found.meaning);
            out.println("    " + found.advice);
        }
        if (report.truncated) {
            out.println("There is more; only so much is listed.");
        }
        for (String note : report.notes) {
            out.println("note: " + note + "; opening it for writing puts that in order");
        }
        out.println(report.file + ": " + verdict(report));
        out.flush();
    }

    private static String verdict(Report report) {
        String verdict = report.sound ? "sound"
                : Units.count(report.findings.size(), "finding", "findings");
        return report.pages == null || report.nodesChecked == null || report.protectedPages == null ? verdict
                : verdict + ". As of generation " + report.generation + ": "
                        + Units.count(report.pages, "page", "pages") + ", "
                        + Units.count(report.nodesChecked, "tree node", "tree nodes") + " and "
                        + Units.count(report.protectedPages, "protected page", "protected pages") + " checked in "
                        + Units.time(report.nanos);
    }
}
