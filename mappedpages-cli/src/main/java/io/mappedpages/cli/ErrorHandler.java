package io.mappedpages.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

import io.mappedpages.MappedPageException;

/** Says what went wrong in a line or two. A stack trace is for who asked for one. */
final class ErrorHandler implements IExecutionExceptionHandler {

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        err.println(command.getColorScheme().errorText("mappedpages: " + words(failure)));
        if (MappedPages.isDebug(command)) {
            failure.printStackTrace(err);
        }
        err.flush();
        return failure instanceof CliException e ? e.exitCode() : ExitCodes.FAILED;
    }

    static String words(Throwable failure) {
        return switch (failure) {
            case CliException e -> String.valueOf(e.getMessage());
            case MappedPageException e -> String.valueOf(e.getMessage());
            case UncheckedIOException e when e.getCause() != null -> words(e.getCause());
            case NoSuchFileException e -> e.getFile() + ": there is no such file. Check the path.";
            case AccessDeniedException e -> e.getFile() + ": there is no permission for it. "
                    + "Run this as a user who has it.";
            case FileAlreadyExistsException e -> e.getFile() + ": there is a file already. Choose another name.";
            case FileSystemException e -> e.getFile() + ": " + (e.getReason() == null ? "refused" : e.getReason())
                    + ". Check that the path leads to an ordinary file.";
            case IOException e -> e.getMessage() + ". Check the disk and the system's log, then try again.";
            default -> "unexpected: " + failure + ". This is a fault of mappedpages; --debug shows where.";
        };
    }
}
