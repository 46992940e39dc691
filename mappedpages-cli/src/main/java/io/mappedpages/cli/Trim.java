package io.mappedpages.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import io.mappedpages.MappedPageException;
import io.mappedpages.Pager;
import io.mappedpages.PagerLockedException;
import io.mappedpages.RecoveryReport.Loss;

/** Gives free pages at the end of a file back. */
// @formatter:off
@Command(
        name = "trim",
        header = "Give free pages at the end of a file back.",
        description = {
            "Gives free pages at the end of a file back to the file system, and makes the file shorter. Pages in use stay where they "
                    + "are, so this gives back what lies behind the last of them.",
            "",
            "Opens the file for writing, so no application may have it open, and puts in order what a crash has left. Refuses a "
                    + "file of which opening would lose something. Like every writer it leaves FILE.lock."},
        exitCodeList = {
            "0:done, or there was nothing to give back",
            "1:the file is damaged, and was left as it is", ExitCodes.USAGE_LINE,
            "3:it cannot be done: no such file, no permission, no page file, in use"})
// @formatter:on
final class Trim implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private final FileArgument argument = new FileArgument();

    @Override
    public Integer call() throws IOException {
        Path path = argument.file();
        requireWhole(path);
        PrintWriter out = spec.commandLine().getOut();
        long before = Files.size(path);
        long pages;
        int pageSize;
        try (Pager pager = Pager.open(path)) {
            pager.recovery().ifPresent(report -> out.println("put in order: " + String.join("; ", report.findings())));
            pages = pager.trim();
            pageSize = pager.pageSize();
        } catch (PagerLockedException e) {
            throw new CliException(ExitCodes.FAILED,
                    e.getMessage() + " Or let the application that has it open trim it: POST to its "
                            + "endpoint mappedpages/NAME/trim, or Pager.trim().",
                    e);
        }
        long after = Files.size(path);
        out.println(path + ": " + (pages == 0 ? "nothing to give back" : Units.count(pages, "page", "pages") + " of "
                + Units.bytes(pageSize) + " given back") + "; it was " + Units.bytes(before) + " long and is "
                + Units.bytes(after));
        out.flush();
        return ExitCodes.FINE;
    }

    /** Opening a file for writing goes on with what is there, so what is lost would be lost for good. */
    static void requireWhole(Path path) throws IOException {
        try (PageFile file = PageFile.open(path)) {
            MappedPageException damage = file.damage();
            if (damage != null) {
                throw new CliException(ExitCodes.FOUND, String.valueOf(damage.getMessage()), damage);
            }
            file.requirePager().recovery().filter(report -> report.loss() == Loss.POSSIBLE).ifPresent(report -> {
                throw new CliException(ExitCodes.FOUND,
                        path + " was left as it is: opening it for writing would go on without something "
                                + "that may have been committed (" + String.join("; ", report.findings())
                                + "). Keep a copy of it before anything opens it.");
            });
        }
    }
}
