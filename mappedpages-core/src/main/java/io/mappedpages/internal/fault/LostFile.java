package io.mappedpages.internal.fault;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/** What became of a file while it was open, and with it of what was committed. */
public sealed interface LostFile {

    /** Somebody made it shorter: what was behind its new end is gone. */
    record CutOff(long length, long needed) implements LostFile {
    }

    /** It has another name now. */
    record Renamed(Path now) implements LostFile {
    }

    /** Its name leads nowhere, and no other name of it is known. {@code inode} is its number, or -1 if that is not known. */
    record Deleted(long inode) implements LostFile {
    }

    /**
     * Another file has its name. {@code now} is another name of ours, or null if none is known; {@code inode} is the number
     * of ours, or -1 if that is not known.
     */
    record Replaced(@Nullable Path now, long inode) implements LostFile {
    }

    /** It is in its place, and somebody else has written to it. */
    record Overwritten() implements LostFile {
    }
}
