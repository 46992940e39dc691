package io.mappedpages.internal.fault;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Everything that can go wrong, as data. The wording for people is made in one place, above this package. Texts in here are
 * quotations: what the operating system says, or how a check of the format describes bytes.
 */
public sealed interface Fault {

    /** A page size the format does not have. */
    record InvalidPageSize(int log2) implements Fault {
    }

    /** The file exists with another page size (bytes) than the caller insists on. */
    record PageSizeMismatch(Path path, int wanted, int found) implements Fault {
    }

    /** The file could not be created or opened. */
    record CannotOpen(Path path, Obstacle obstacle) implements Fault {
    }

    /** Why a file could not be created or opened. */
    sealed interface Obstacle {

        /** It was to be created, and there is one. */
        record Exists() implements Obstacle {
        }

        /** {@code what} is not there: the file, or its directory. */
        record Missing(String what) implements Obstacle {
        }

        /** There is no permission for {@code what}: the file, the lock beside it, or the directory. */
        record Denied(String what, @Nullable String why) implements Obstacle {
        }

        /** The file system refuses {@code what} for another reason: it is a directory, say, or read-only. */
        record Refused(String what, @Nullable String why) implements Obstacle {
        }

        /** {@code what} could not be opened or made because there is not enough, or too much, of something. */
        record OverLimit(String what, String why, Resource resource) implements Obstacle {
        }

        /** Something failed. */
        record Failed(String why) implements Obstacle {
        }

        /** It was to be opened again, and has another file id. */
        record OtherFile() implements Obstacle {
        }

        /** It was to be opened again, and is a copy of what was open. */
        record Copy() implements Obstacle {
        }

        /** It was to be opened again, and is of an earlier generation than what was committed. */
        record WentBack(long before, long now) implements Obstacle {
        }
    }

    /** What the operating system has limits for, but the disk. */
    enum Resource {
        OPEN_FILES, LENGTH_OF_NAMES, MEMORY
    }

    /** Not a page file, or nothing in its superblock can be trusted. */
    record CorruptSuperblock(Path path, Superblock problem) implements Fault {
    }

    /** What is wrong with a superblock. */
    sealed interface Superblock {

        /** There is none: the file has no bytes. */
        record Empty() implements Superblock {
        }

        /** There is something else. */
        record Foreign() implements Superblock {
        }

        /** Neither slot can be used, for these reasons. */
        record Unusable(String first, String second) implements Superblock {
        }

        /** The file does not have the bytes that its pages need. */
        record TooShort(long length, long needed, long pages, int pageSize) implements Superblock {
        }
    }

    /**
     * Neither metadata page leads to a whole state.
     *
     * @param generation   the newest
     * @param problem      what is wrong with it
     * @param otherPage    the metadata page of the one before
     * @param otherProblem what is wrong with that
     */
    record CorruptMetadata(Path path, long generation, String problem, long otherPage, String otherProblem)
            implements Fault {
    }

    /** A page file that this version of the library cannot use. */
    record UnsupportedFormat(Path path, Format format) implements Fault {
    }

    /** A format that is not known. */
    sealed interface Format {

        /** Of another version. */
        record Version(int major, int minor) implements Format {
        }

        /** Of this version, with features that are not known; with {@code readable} ones it may be read but not written. */
        record Features(int flags, boolean readable) implements Format {
        }
    }

    /** The active copy of a protected page does not have the contents, and so not the sums, that were committed. */
    record CorruptProtectedPage(Path path, long id, long physicalPage, String sums, String committed) implements Fault {
    }

    /** A tree node does not match what its parent says of it. */
    record CorruptNode(Path path, long page, String reason) implements Fault {
    }

    /** What a page is used for. */
    enum Part {
        SUPERBLOCK, METADATA, NODE, JOURNAL, CONTENTS, REGULAR
    }

    /**
     * A page could not be read, which is not to say that it is damaged. {@code protectedId} is that of the protected page
     * whose current copy it is, or -1. {@code why} is null if it could not be brought into mapped memory, for which the
     * operating system gives no reason.
     */
    record Unreadable(Path path, Part part, long page, long protectedId, @Nullable String why) implements Fault {
    }

    /**
     * While the file was opened, something could not be read without which what was committed last might be lost.
     *
     * @param offset     the first byte of the read that failed
     * @param acceptable whether there is something to go on with, if the user accepts the loss
     */
    record UnreadableAtOpening(Path path, Part part, long page, long offset, boolean acceptable, String why)
            implements Fault {
    }

    /** A page number, or the number of a protected page, outside {@code [0, limit)}. */
    record OutOfBounds(long number, long limit, boolean isProtected) implements Fault {
    }

    /** A page that is the pager's own: superblock, metadata, a tree node, a copy of a protected page. */
    record Reserved(long page, Part part) implements Fault {
    }

    /** Freed already, or named twice in one bulk call. */
    record DoubleFree(long number, boolean isProtected) implements Fault {
    }

    /** Read or written while free. */
    record NotAllocated(long number, boolean isProtected) implements Fault {
    }

    /** As {@link NotAllocated}, as of the last commit that one has seen who only reads the file. */
    record NotSeen(long number, boolean isProtected, long generation) implements Fault {
    }

    /** A borrow was not granted in time. {@code protectedId} is -1 for a regular page. */
    record Borrowed(long page, long protectedId, boolean byWriter, int readers, Duration waited) implements Fault {
    }

    /** The pager stopped, or the opening that the call began on is over. */
    record Unavailable(Path path, Stop stop) implements Fault {

        /** After a failure that left what was committed intact; reopening brings it back. */
        public Unavailable(Path path, String why) {
            this(path, new Stop.Failed(why));
        }
    }

    /** Why a pager is unavailable. */
    sealed interface Stop {

        /** Something failed after which memory and file may differ. What was committed is intact. */
        record Failed(String why) implements Stop {
        }

        /** The file is not what it was any more. */
        record Lost(LostFile file) implements Stop {
        }

        /** A change was begun in memory and could not be finished. What was committed is intact. */
        record HalfMade(Fault because) implements Stop {
        }

        /** It was asked to give the file up. Nothing is wrong. */
        record Suspended() implements Stop {
        }

        /** Opening it anew was refused. */
        record NotReopened(Fault refusal) implements Stop {
        }

        /** It was opened anew since the call began: nothing is wrong with the pager. */
        record Reopened() implements Stop {
        }
    }

    /** The file is not what it was any more, and that showed when it was closed, or should have been given up or opened anew. */
    record Lost(Path path, LostFile file, Ending asked) implements Fault {
    }

    /**
     * The file cannot be closed, given up, or opened anew, because an I/O operation uses a buffer of one of its pages.
     *
     * @param borrowed the first pages that are borrowed now
     * @param asked    what was asked for
     */
    record InUse(Path path, List<Long> borrowed, Ending asked) implements Fault {
    }

    /** Calls that end an opening of the file. */
    enum Ending {
        CLOSE, REOPEN, SUSPEND
    }

    /** The file was closed, and what was stored into regular pages may not be durable. */
    record ClosedBadly(Path path) implements Fault {
    }

    /** No room: the disk, the configured limit, or the format's. */
    record Full(Path path, Limit limit) implements Fault {
    }

    /** What there is no room in. */
    sealed interface Limit {

        /** More pages than one call, or the file, can ever have. */
        record AtOnce(long wanted, long most, long mostInOneCall) implements Limit {
        }

        /** What the format can number. */
        record Format(long pages) implements Limit {
        }

        /** The configured maximum. */
        record MaxSize(long maxBytes, long pages, int pageSize, long there, long missing) implements Limit {
        }

        /** The configured maximum, of a file that was to be created. */
        record InitialSize(long pages, int pageSize, long maxBytes) implements Limit {
        }

        /** The disk. */
        record Disk(long missing, int pageSize) implements Limit {
        }

        /** Another one, and the {@code free} pages that the file has are behind nodes that are damaged or cannot be read. */
        record FreeOutOfReach(long free, Limit because) implements Limit {
        }

        /** The disk, for a file that was to be created. */
        record DiskOfNewFile(String why) implements Limit {
        }

        /** None: a test wanted to see what happens. */
        record Injected() implements Limit {
        }

        /** The disk, for a file that was to be opened: opening makes a lock file beside it. */
        record DiskAtOpening(String why) implements Limit {
        }
    }

    /**
     * There are free pages, but all of them were lent writable, and the pager needs some for itself: copies of protected
     * pages or tree nodes. It could have them if nothing were borrowed; after {@code waited}, {@code borrowed} pages are.
     */
    record FreeButLent(Path path, long free, long borrowed, Duration waited) implements Fault {
    }

    /** Somebody else has the file open. */
    record Locked(Path path, boolean inThisJvm) implements Fault {
    }

    /** A file that is only read here is not what its name leads to any more. */
    record Moved(Path path, LostFile file) implements Fault {
    }

    /** A file that is only read here was written to all the time, so that nothing of one commit could be read for so long. */
    record Restless(Path path, Duration tried) implements Fault {
    }

    /** While a backup was made, more was written over than the {@code bytes} that may wait in memory until its target takes them. */
    record Overtaken(Path path, long bytes) implements Fault {
    }

    /** Used after close. */
    record Closed(Path path) implements Fault {
    }

    /** A file of the Rust crate that cannot be imported. Nothing was made, and it was not changed. */
    record CannotImport(Path path, Import problem) implements Fault {
    }

    /** What is kept in two copies in a file of the Rust crate, of which one counts. */
    enum ImportPart {
        METADATA, DIRECTORY
    }

    /** Why a file of the Rust crate cannot be imported. */
    sealed interface Import {

        /** It is not one, or the superblock is damaged. */
        record Superblock(String reason) implements Import {
        }

        /** Of another version. */
        record OtherVersion(int major, int minor) implements Import {
        }

        /** The file does not have the bytes that its pages need. */
        record CutOff(long length, long needed, long pages, int pageSize) implements Import {
        }

        /**
         * The copy that counts cannot be used.
         *
         * @param other      what can be said of the other one, as a predicate
         * @param acceptable whether that one can be used, if the user accepts the loss
         */
        record Damaged(ImportPart part, long page, String reason, long otherPage, String other, boolean acceptable)
                implements Import {
        }

        /** The list in page 0 that says where the directory of protected pages is. */
        record DirectoryIndex(String reason) implements Import {
        }

        /** The entry of a protected page, in page {@code page}, contradicts others or the metadata. */
        record Entry(long id, long page, String reason) implements Import {
        }

        /** The active copy of a protected page, {@code page}, does not have the sum that was committed. */
        record Contents(long id, long page, String sum, String committed) implements Import {
        }

        /** A page could not be read. */
        record Unreadable(long page, String why) implements Import {
        }

        /** Somebody has written to it meanwhile. */
        record Changed() implements Import {
        }
    }

    /** A file that was to be repaired, and in which nothing tells so much as the page size. */
    record NothingToRepair(Path path, long length) implements Fault {
    }

    /** An I/O failure that left the pager unharmed. */
    record Io(Path path, Doing doing) implements Fault {
    }

    /** What was being done. */
    enum Doing {
        LOOKING_FOR_IT, VERIFYING, EXTENDING, READING, BACKING_UP
    }
}
