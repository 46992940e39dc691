package io.mappedpages.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import io.mappedpages.BackupReport;
import io.mappedpages.Pager;
import io.mappedpages.PagerLockedException;

/** Copies a page file that no application has open. */
// @formatter:off
@Command(
        name = "backup",
        header = "Copy a page file that no application has open.",
        description = {
            "Makes a copy of a page file, which is a page file as any other. It appears under its name when it is whole and on the disk.",
            "",
            "Opens the file for writing, so no application may have it open, and puts in order what a crash has left. While an application "
                    + "has it open, that application makes its backups: Pager.backup(Path). Like every writer this leaves FILE.lock."},
        exitCodeList = {
            "0:done", "1:the file is damaged, and no copy was made", ExitCodes.USAGE_LINE,
            "3:it cannot be done: no such file, no permission, no page file, in use, there is a TARGET already, no room"})
// @formatter:on
final class BackUp implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private final FileAndTarget files = new FileAndTarget();

    @Override
    public Integer call() throws IOException {
        Path path = files.file();
        Trim.requireWhole(path);
        PrintWriter out = spec.commandLine().getOut();
        AtomicLong done = new AtomicLong();
        try (Pager pager = Pager.open(path);
                ProgressBar _ = ProgressBar.start(out, Terminal.isThere(), "copying", done::get, inUse(pager))) {
            pager.recovery().ifPresent(found -> out.println("put in order: " + String.join("; ", found.findings())));
            BackupReport report = pager.backup(files.target(), done::set);
            out.println(files.target() + " was made: " + Units.bytes(Files.size(files.target())) + ", as of commit "
                    + report.generation());
        } catch (PagerLockedException e) {
            throw new CliException(ExitCodes.FAILED, e.getMessage()
                    + " Or let the application that has it open make the backup: Pager.backup(Path).", e);
        }
        out.flush();
        return ExitCodes.FINE;
    }

    private static long inUse(Pager pager) {
        return (pager.pageCount() - pager.freePageCount()) * pager.pageSize();
    }
}
