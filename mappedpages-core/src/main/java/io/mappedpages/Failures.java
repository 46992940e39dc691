package io.mappedpages;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.engine.EngineException;
import io.mappedpages.internal.engine.Fault;

/**
 * Turns the engine's faults into the exceptions of the API. The one place where error messages are written: each says
 * what happened, to which file or page, and what to do about it.
 */
final class Failures {

    private Failures() {
    }

    /** The public exception for what the engine threw; its cause is the failure behind that, if there was one. */
    static MappedPageException of(EngineException e) {
        return of(e.fault(), e.getCause());
    }

    /** What callers may see of a failure that the engine recorded. */
    static Throwable published(Throwable failure) {
        return failure instanceof EngineException e ? of(e) : failure;
    }

    static MappedPageException of(Fault fault, @Nullable Throwable cause) {
        return switch (fault) {
            case Fault.InvalidPageSize f -> new InvalidPageSizeException(text("""
                A page size of 2^%d bytes is not possible. \
                Ask for a log2 of 10 (1 KiB) to 30 (1 GiB); 12 (4 KiB) suits most uses.""", f.log2()), f.log2(), cause);
            case Fault.PageSizeMismatch f -> mismatch(f, cause);
            case Fault.CannotOpen f -> new PagerIoException(text("""
                Cannot open %s: %s. \
                Check the path and its permissions, and whether create, open or openOrCreate is meant.""", f.path(),
                    f.what()), f.path(), cause);
            case Fault.CorruptSuperblock f -> new CorruptSuperblockException(text("""
                %s has no usable superblock: %s. \
                The file was not changed. Check that it is a page file; if it is, restore it from a backup.""",
                    f.path(), f.reason()), f.path(), f.reason(), cause);
            case Fault.CorruptMetadata f -> new CorruptMetadataException(text("""
                Neither copy of the metadata of %s can be used: %s. \
                Keep the file as it is and restore it from a backup.""", f.path(), f.reason()), f.path(), f.reason(),
                    -1, cause);
            case Fault.CorruptNode f -> new CorruptMetadataException(text("""
                Page %d of %s, which says what other pages are used for, is damaged: %s. \
                Run verify() to see how much is affected, and restore the file from a backup.""", f.page(), f.path(),
                    f.reason()), f.path(), f.reason(), f.page(), cause);
            case Fault.CorruptProtectedPage f -> new CorruptPageException(text("""
                Protected page %d of %s is damaged (its current copy is page %d of the file): %s. \
                Run verify() to see whether others are too, and restore the file from a backup.""", f.id(), f.path(),
                    f.physicalPage(), f.reason()), f.path(), new ProtectedPageId(f.id()), f.physicalPage(), f.reason(),
                    cause);
            case Fault.UnsupportedFormat f -> new UnsupportedFormatException(text("""
                %s is in a format this version of mappedpages does not know: %s. \
                The file was not changed. Open it with the version that wrote it, or with a newer one.""", f.path(),
                    f.what()), f.path(), cause);
            case Fault.OutOfBounds f -> outOfBounds(f, cause);
            case Fault.Reserved f -> new ReservedPageException(text("""
                Page %d is used by the file itself: %s. \
                Use only numbers that alloc handed out.""", f.page(), f.why()), new PageId(f.page()), f.why(), cause);
            case Fault.DoubleFree f -> {
                PageHandle page = handle(f.number(), f.isProtected());
                yield new DoubleFreeException(text("""
                    Cannot free %s: it is free already, or named twice. \
                    Nothing was freed. Free a page once, and forget its handle with it.""", page), page, cause);
            }
            case Fault.NotAllocated f -> {
                PageHandle page = handle(f.number(), f.isProtected());
                yield new PageNotAllocatedException(text("""
                    Cannot borrow %s: it is not allocated. \
                    It was freed or never handed out; check where the handle comes from.""", page), page, cause);
            }
            case Fault.Borrowed f -> borrowed(f, cause);
            case Fault.Unavailable f -> new PagerUnavailableException(text("""
                The pager of %s is unavailable: %s. \
                What was committed is intact. Remove the cause, then call reopen().""", f.path(), f.why()), f.path(),
                    cause);
            case Fault.Full f -> new PagerFullException(text("""
                No room for more pages in %s: %s. \
                Nothing was allocated. Free pages, make room on the disk, or raise maxSize.""",
                    f.path(), f.why()), f.path(), cause);
            case Fault.Locked f -> new PagerLockedException(text("""
                %s is open already: %s. \
                One pager at a time may have a file open; close the other one first.""", f.path(), f.by()), f.path(),
                    cause);
            case Fault.Closed f -> new PagerClosedException(text("""
                The pager of %s is closed. \
                Open the file again with Pager.open.""", f.path()), f.path(), cause);
            case Fault.Io f -> new PagerIoException(text("""
                I/O on %s failed: %s. \
                Check the disk; if state() is UNAVAILABLE, call reopen() when it is in order.""", f.path(), f.what()),
                    f.path(), cause);
        };
    }

    private static MappedPageException mismatch(Fault.PageSizeMismatch f, @Nullable Throwable cause) {
        int wantedLog2 = Integer.numberOfTrailingZeros(f.wanted());
        int foundLog2 = Integer.numberOfTrailingZeros(f.found());
        return new InvalidPageSizeException(text("""
                %s has pages of %d bytes (log2 %d), not of %d bytes (log2 %d) as asked for. \
                Ask for the size it has, or for none: a file keeps the page size it was created with.""", f.path(),
                f.found(), foundLog2, f.wanted(), wantedLog2), wantedLog2, foundLog2, cause);
    }

    private static MappedPageException outOfBounds(Fault.OutOfBounds f, @Nullable Throwable cause) {
        PageHandle page = handle(f.number(), f.isProtected());
        return new PageOutOfBoundsException(text("""
                There is no %s: numbers go from 0 to below %d. \
                Use only numbers that were handed out for this file.""", page, f.limit()), page, f.limit(), cause);
    }

    private static MappedPageException borrowed(Fault.Borrowed f, @Nullable Throwable cause) {
        PageHandle page = f.protectedId() < 0 ? new PageId(f.page()) : new ProtectedPageId(f.protectedId());
        return new PageBorrowedException(text("""
                Cannot borrow or free %s: %s held it for all of the %d ms this call waited. \
                Close that borrow first, with try-with-resources; a thread that holds a page and asks for it again \
                waits for itself. If the work takes that long, raise borrowTimeout.""", page, holder(f),
                f.waited().toMillis()), page, f.byWriter(), f.readers(), f.waited(), cause);
    }

    private static PageHandle handle(long number, boolean isProtected) {
        return isProtected ? new ProtectedPageId(number) : new PageId(number);
    }

    private static String holder(Fault.Borrowed f) {
        if (f.byWriter()) {
            return "a writer";
        }
        return switch (f.readers()) {
            case 0 -> "somebody"; // gave it back just after the wait ended
            case 1 -> "a reader";
            default -> f.readers() + " readers";
        };
    }

    @SuppressWarnings("AnnotateFormatMethod") // its annotation would be one more dependency
    private static String text(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
