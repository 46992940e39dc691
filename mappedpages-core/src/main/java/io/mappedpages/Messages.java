package io.mappedpages;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.LostFile;

/**
 * The one place where error messages are written. Each says what happened, to which file or page, and what to do about
 * it.
 */
final class Messages {

    private Messages() {
    }

    static String of(Fault fault) {
        return switch (fault) {
            case Fault.InvalidPageSize(int log2) -> "A page size of 2^" + log2 + " bytes is not possible. "
                    + "Ask for a log2 of 10 (1 KiB) to 30 (1 GiB); 12 (4 KiB) suits most uses.";
            case Fault.PageSizeMismatch(Path path, int wanted, int found) -> path + " has pages of " + found
                    + " bytes, not of " + wanted + " bytes as asked for. "
                    + "Ask for the size it has, or for none: a file keeps the page size it was created with.";
            case Fault.CannotOpen(Path path, Fault.Obstacle obstacle) -> "Cannot open " + path + ": "
                    + Reasons.why(path, obstacle) + ". " + Reasons.advice(path, obstacle);
            case Fault.CorruptSuperblock(Path path, Fault.Superblock problem) -> path + " has no usable superblock: "
                    + Reasons.why(problem) + ". The file was not changed. " + Reasons.advice(problem);
            case Fault.CorruptMetadata f -> "Neither copy of the metadata of " + f.path()
                    + " can be used: " + Reasons.why(f)
                    + ". The file was not changed. Keep it as it is and restore it from a backup.";
            case Fault.CorruptNode(Path path, long page, String reason) -> "Page " + page + " of " + path
                    + ", which says what other pages are used for, is damaged: " + reason + ". "
                    + "Run verify() to see how much is affected, and restore the file from a backup.";
            case Fault.CorruptProtectedPage f -> "Protected page " + f.id() + " of " + f.path()
                    + " is damaged (its current copy is page " + f.physicalPage() + " of the file): " + Reasons.why(f)
                    + ". Run verify() to see whether others are too, and restore the file from a backup.";
            case Fault.UnsupportedFormat(Path path, Fault.Format format) -> path
                    + " is in a format this version of mappedpages does not know: " + Reasons.why(format) + ". "
                    + "The file was not changed. Open it with the version that wrote it, or with a newer one.";
            case Fault.Unreadable f -> "Page " + f.page() + " of " + f.path() + ", " + role(f)
                    + ", could not be read: "
                    + (f.why() == null ? "the operating system could not bring it into memory" : f.why())
                    + ". Nothing is known to be damaged, nothing was changed, and "
                    + "other pages are not concerned. Check the disk and the system's log, run verify() to see what "
                    + "else cannot be read, then try again.";
            case Fault.UnreadableAtOpening f -> "Cannot open " + f.path() + ": " + role(f.part()) + " (page " + f.page()
                    + ", from byte " + f.offset() + " on) could not be read: " + f.why()
                    + ". That is not to say that it is damaged, so nothing was given up and nothing was changed. "
                    + "Check the disk and the system's log, and try again. If it stays unreadable, "
                    + (f.acceptable()
                            ? "copy the file, or restore it from a backup; the option acceptUnreadable opens what was "
                                    + "committed before, and what was committed last may be lost."
                            : "restore the file from a backup: there is nothing else in it to go on with.");
            case Fault.OutOfBounds f -> "There is no " + Handles.of(f.number(), f.isProtected())
                    + ": numbers go from 0 to below " + f.limit() + ". "
                    + "Use only numbers that were handed out for this file.";
            case Fault.Reserved(long page, Fault.Part part) -> "Page " + page + " is used by the file itself: "
                    + Reasons.use(part) + ". "
                    + "Use only numbers that alloc handed out.";
            case Fault.DoubleFree(long number, boolean isProtected) -> "Cannot free "
                    + Handles.of(number, isProtected) + ": it is free already, or named twice. "
                    + "Nothing was freed. Free a page once, and forget its handle with it.";
            case Fault.NotAllocated(long number, boolean isProtected) -> "Cannot borrow "
                    + Handles.of(number, isProtected) + ": it is not allocated. "
                    + "It was freed or never handed out; check where the handle comes from.";
            case Fault.NotSeen(long number, boolean isProtected, long generation) -> "Cannot read "
                    + Handles.of(number, isProtected) + ": it is not allocated as of commit " + generation + ". "
                    + "It was freed or never handed out, or it was handed out since: then call refresh().";
            case Fault.Borrowed f -> "Cannot borrow or free " + Handles.of(f) + ": " + holder(f)
                    + " held it for all of the " + f.waited().toMillis() + " ms this call waited. "
                    + "Close that borrow first, with try-with-resources; a thread that holds a page and asks for it "
                    + "again waits for itself. If the work takes that long, raise the borrow timeout.";
            case Fault.Unavailable(Path path, Fault.Stop stop) -> unavailable(path, stop);
            case Fault.Lost f -> lost(f);
            case Fault.InUse(Path path, List<Long> borrowed, Fault.Ending asked) -> path
                    + " cannot be " + done(asked) + " yet"
                    + ": an I/O operation, a write to a socket or a file say, uses a buffer of one of its pages. "
                    + (borrowed.isEmpty()
                            ? "None is borrowed any more, so it is a buffer that was kept past its borrow. "
                            : "Borrowed " + (borrowed.size() == 1 ? "is page " : "are pages ") + numbers(borrowed)
                                    + ". ")
                    + "It stays mapped and locked until then. End the operation, then call "
                    + call(asked) + " again.";
            case Fault.ClosedBadly(Path path) -> path + " was closed, but what was stored into regular pages and not "
                    + "committed may not be durable. What was committed is intact. Check the disk before you go on.";
            case Fault.Full(Path path, Fault.Limit.DiskAtOpening limit) -> "No room to open " + path + ": "
                    + Reasons.why(limit) + ". " + Reasons.advice(limit);
            case Fault.Full(Path path, Fault.Limit limit) -> "No room for more pages in " + path + ": "
                    + Reasons.why(limit) + ". " + Reasons.advice(limit);
            case Fault.FreeButLent f -> "No room in " + f.path() + ": it may not grow, and all of its " + f.free()
                    + " free pages were borrowed for writing since it was opened, so somebody may still store into them. "
                    + "They can be used for protected pages, and for the pager's own, as soon as nothing is borrowed, but "
                    + holders(f) + " all of the " + f.waited().toMillis()
                    + " ms this call waited. Nothing was allocated. "
                    + "Close those, use the free pages as regular ones, or raise the maximum size.";
            case Fault.Locked(Path path, boolean inThisJvm) -> path + " is open already: "
                    + (inThisJvm ? "in this JVM" : "by another process") + ". "
                    + "One pager at a time may have a file open; close the other one first.";
            case Fault.Moved(Path path, LostFile file) -> "Cannot refresh " + path + ": " + LostFiles.what(path, file)
                    + ". What was read so far is of the file that was opened. Open the path anew for the one that is there now.";
            case Fault.Restless(Path path, Duration tried) -> path + " is written to so fast that for "
                    + tried.toMillis() + " ms nothing could be read before it was written over. Try again, or read it "
                    + "with the pager that writes to it.";
            case Fault.Overtaken(Path path, long bytes) -> "No backup of " + path + " was made: more than "
                    + (bytes >> 20) + " MiB were written over before its target took what was there. Nothing is wrong "
                    + "with the file. Make the backup to a faster disk, or when less is written.";
            case Fault.CannotImport(Path path, Fault.Import problem) -> "Cannot import " + path + ": "
                    + ImportProblems.why(problem) + ". No file was made, and this one was not changed. "
                    + ImportProblems.advice(problem);
            case Fault.NothingToRepair(Path path, long length) -> "Cannot repair " + path + ": in its " + length
                    + " bytes nothing is left that tells what they are, or it never was a page file. No file was made, and "
                    + "this one was not changed. Check the path, or restore it from a backup.";
            case Fault.Closed(Path path) -> "The pager of " + path + " is closed. "
                    + "Open the file again with Pager.open.";
            case Fault.Io(Path path, Fault.Doing doing) -> "I/O on " + path + " failed: " + failed(doing) + ". "
                    + "Nothing was changed. Check the disk and the system's log, then try again.";
        };
    }

    private static String failed(Fault.Doing doing) {
        return switch (doing) {
            case LOOKING_FOR_IT -> "it cannot be told whether it still is the file that was opened";
            case VERIFYING -> "the file could not be read to be checked";
            case EXTENDING -> "the file could not be extended";
            case READING -> "the file could not be read";
            case BACKING_UP -> "a page could not be read to be saved for a backup, of which nothing is left";
        };
    }

    private static String role(Fault.Unreadable fault) {
        return fault.protectedId() < 0 ? role(fault.part())
                : "the current copy of protected page " + fault.protectedId();
    }

    private static String role(Fault.Part part) {
        return switch (part) {
            case SUPERBLOCK -> "a slot of the superblock";
            case METADATA -> "a metadata page";
            case NODE -> "a tree node, which says what other pages are used for";
            case JOURNAL -> "the journal, which has what was committed last";
            case CONTENTS -> "the content of a protected page";
            case REGULAR -> "what was stored into a regular page";
        };
    }

    private static String unavailable(Path path, Fault.Stop stop) {
        return switch (stop) {
            case Fault.Stop.Failed(String why) -> "The pager of " + path + " is unavailable: " + why + ". "
                    + "What was committed is intact. Remove the cause, then call reopen().";
            case Fault.Stop.Lost(LostFile file) -> "The pager of " + path + " is unavailable: "
                    + LostFiles.what(path, file) + ". " + LostFiles.advice(path, file);
            case Fault.Stop.HalfMade(Fault because) -> "The pager of " + path
                    + " is unavailable, because a change was begun and not finished. What was committed is intact. "
                    + "Call reopen(). This is what stopped the change: " + of(because);
            case Fault.Stop.Suspended _ -> "The pager of " + path
                    + " is suspended: it was asked to give its file up, and what was committed is in it. "
                    + "Call reopen() to take the file again.";
            case Fault.Stop.NotReopened(Fault refusal) -> "The pager of " + path
                    + " is unavailable, because it could not be reopened. " + of(refusal);
            case Fault.Stop.Reopened _ -> "The pager of " + path + " was reopened since this call, or the borrow it "
                    + "belongs to, began. Nothing was changed. Borrow the page again and try again.";
        };
    }

    private static String lost(Fault.Lost fault) {
        Path path = fault.path();
        String what = LostFiles.what(path, fault.file()) + ". ";
        return switch (fault.asked()) {
            case CLOSE -> path + " was closed, and " + what + LostFiles.adviceWhenClosed(path, fault.file());
            case REOPEN -> "Cannot reopen " + path + ": " + what + LostFiles.advice(path, fault.file());
            case SUSPEND -> "Cannot give up " + path + ": " + what + LostFiles.advice(path, fault.file());
        };
    }

    private static String done(Fault.Ending asked) {
        return switch (asked) {
            case CLOSE -> "closed";
            case REOPEN -> "reopened";
            case SUSPEND -> "given up";
        };
    }

    private static String call(Fault.Ending asked) {
        return switch (asked) {
            case CLOSE -> "close()";
            case REOPEN -> "reopen()";
            case SUSPEND -> "suspend()";
        };
    }

    private static String numbers(List<Long> pages) {
        return pages.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static String holders(Fault.FreeButLent fault) {
        return switch ((int) Math.min(2, fault.borrowed())) {
            case 0 -> "pages, or buffers of pages in I/O, were in use for";
            case 1 -> "1 page was borrowed for";
            default -> fault.borrowed() + " pages were borrowed for";
        };
    }

    private static String holder(Fault.Borrowed fault) {
        if (fault.byWriter()) {
            return "a writer";
        }
        return switch (fault.readers()) {
            case 0 -> "somebody"; // gave it back just after the wait ended
            case 1 -> "a reader";
            default -> fault.readers() + " readers";
        };
    }
}
