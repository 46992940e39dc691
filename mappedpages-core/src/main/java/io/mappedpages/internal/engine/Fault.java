package io.mappedpages.internal.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Everything that can go wrong, as data. The wording for people is made in one place, above this package. */
public sealed interface Fault {

    /** A page size the format does not have. */
    record InvalidPageSize(int log2) implements Fault {
    }

    /** The file exists with another page size (bytes) than the caller insists on. */
    record PageSizeMismatch(Path path, int wanted, int found) implements Fault {
    }

    /** The file could not be created or opened: missing, a directory, no permission, there already. */
    record CannotOpen(Path path, String what) implements Fault {
    }

    /** Not a page file, or nothing in its superblock can be trusted. */
    record CorruptSuperblock(Path path, String reason) implements Fault {
    }

    /** Neither metadata page leads to a whole state. */
    record CorruptMetadata(Path path, String reason) implements Fault {
    }

    /** A page file of another format version, or with features this version does not know. */
    record UnsupportedFormat(Path path, String what) implements Fault {
    }

    /** The active copy of a protected page does not have the contents that were committed. */
    record CorruptProtectedPage(Path path, long id, long physicalPage, String reason) implements Fault {
    }

    /** A tree node does not match what its parent says of it. */
    record CorruptNode(Path path, long page, String reason) implements Fault {
    }

    /** What a page is used for. */
    enum Part {
        SUPERBLOCK, METADATA, NODE, CONTENTS
    }

    /**
     * A page could not be read, which is not to say that it is damaged. {@code protectedId} is that of the protected page
     * whose current copy it is, or -1.
     */
    record Unreadable(Path path, Part part, long page, long protectedId, String why) implements Fault {
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
    record Reserved(long page, String why) implements Fault {
    }

    /** Freed already, or named twice in one bulk call. */
    record DoubleFree(long number, boolean isProtected) implements Fault {
    }

    /** Read or written while free. */
    record NotAllocated(long number, boolean isProtected) implements Fault {
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

        /** Opening it anew was refused. */
        record NotReopened(Fault refusal) implements Stop {
        }

        /** It was opened anew since the call began: nothing is wrong with the pager. */
        record Reopened() implements Stop {
        }
    }

    /** The file is not what it was any more, and that showed when it was closed or should have been opened anew. */
    record Lost(Path path, LostFile file, boolean closed) implements Fault {
    }

    /**
     * The file cannot be closed, or opened anew, because an I/O operation uses a buffer of one of its pages.
     *
     * @param borrowed the first pages that are borrowed now
     * @param closing  whether it was to be closed
     */
    record InUse(Path path, List<Long> borrowed, boolean closing) implements Fault {
    }

    /** The file was closed, and what was stored into regular pages may not be durable. */
    record ClosedBadly(Path path) implements Fault {
    }

    /** No room: the disk, the configured limit, or the format's. */
    record Full(Path path, String why) implements Fault {
    }

    /**
     * There are free pages, but all of them were lent writable, and the pager needs some for itself: copies of protected
     * pages or tree nodes. It could have them if nothing were borrowed; after {@code waited}, {@code borrowed} pages are.
     */
    record FreeButLent(Path path, long free, long borrowed, Duration waited) implements Fault {
    }

    /** Somebody else has the file open. */
    record Locked(Path path, String by) implements Fault {
    }

    /** Used after close. */
    record Closed(Path path) implements Fault {
    }

    /** An I/O failure that left the pager unharmed. */
    record Io(Path path, String what) implements Fault {
    }
}
