package io.mappedpages;

import java.nio.file.Path;

import io.mappedpages.internal.engine.Fault;

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
            case Fault.CannotOpen(Path path, String what) -> "Cannot open " + path + ": " + what + ". "
                    + "Check the path and its permissions, and whether create, open or openOrCreate is meant.";
            case Fault.CorruptSuperblock(Path path, String reason) -> path + " has no usable superblock: " + reason
                    + ". The file was not changed. Check that it is a page file; if it is, restore it from a backup.";
            case Fault.CorruptMetadata(Path path, String reason) -> "Neither copy of the metadata of " + path
                    + " can be used: " + reason + ". Keep the file as it is and restore it from a backup.";
            case Fault.CorruptNode(Path path, long page, String reason) -> "Page " + page + " of " + path
                    + ", which says what other pages are used for, is damaged: " + reason + ". "
                    + "Run verify() to see how much is affected, and restore the file from a backup.";
            case Fault.CorruptProtectedPage f -> "Protected page " + f.id() + " of " + f.path()
                    + " is damaged (its current copy is page " + f.physicalPage() + " of the file): " + f.reason()
                    + ". Run verify() to see whether others are too, and restore the file from a backup.";
            case Fault.UnsupportedFormat(Path path, String what) -> path
                    + " is in a format this version of mappedpages does not know: " + what + ". "
                    + "The file was not changed. Open it with the version that wrote it, or with a newer one.";
            case Fault.OutOfBounds f -> "There is no " + Handles.of(f.number(), f.isProtected())
                    + ": numbers go from 0 to below " + f.limit() + ". "
                    + "Use only numbers that were handed out for this file.";
            case Fault.Reserved(long page, String why) -> "Page " + page + " is used by the file itself: " + why + ". "
                    + "Use only numbers that alloc handed out.";
            case Fault.DoubleFree(long number, boolean isProtected) -> "Cannot free "
                    + Handles.of(number, isProtected) + ": it is free already, or named twice. "
                    + "Nothing was freed. Free a page once, and forget its handle with it.";
            case Fault.NotAllocated(long number, boolean isProtected) -> "Cannot borrow "
                    + Handles.of(number, isProtected) + ": it is not allocated. "
                    + "It was freed or never handed out; check where the handle comes from.";
            case Fault.Borrowed f -> "Cannot borrow or free " + Handles.of(f) + ": " + holder(f)
                    + " held it for all of the " + f.waited().toMillis() + " ms this call waited. "
                    + "Close that borrow first, with try-with-resources; a thread that holds a page and asks for it "
                    + "again waits for itself. If the work takes that long, raise borrowTimeout.";
            case Fault.Unavailable(Path path, String why) -> "The pager of " + path + " is unavailable: " + why + ". "
                    + "What was committed is intact. Remove the cause, then call reopen().";
            case Fault.Full(Path path, String why) -> "No room for more pages in " + path + ": " + why + ". "
                    + "Nothing was allocated. Free pages, make room on the disk, or raise maxSize.";
            case Fault.FreeButLent f -> "No room in " + f.path() + ": it may not grow, and all of its " + f.free()
                    + " free pages were borrowed for writing since it was opened, so somebody may still store into them. "
                    + "They can be used for protected pages, and for the pager's own, as soon as nothing is borrowed, but "
                    + holders(f) + " all of the " + f.waited().toMillis()
                    + " ms this call waited. Nothing was allocated. "
                    + "Close those, use the free pages as regular ones, or raise maxSize.";
            case Fault.Locked(Path path, String by) -> path + " is open already: " + by + ". "
                    + "One pager at a time may have a file open; close the other one first.";
            case Fault.Closed(Path path) -> "The pager of " + path + " is closed. "
                    + "Open the file again with Pager.open.";
            case Fault.Io(Path path, String what) -> "I/O on " + path + " failed: " + what + ". "
                    + "Check the disk; if state() is UNAVAILABLE, call reopen() when it is in order.";
        };
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
