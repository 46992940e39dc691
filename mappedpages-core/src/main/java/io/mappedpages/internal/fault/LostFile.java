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

    /** What a file is called by the system. An inode alone may be that of another file on another device. */
    record FileNumber(long device, long inode) {
    }

    /** Its name leads nowhere, and no other name of it is known. {@code number} is null if that is not known. */
    record Deleted(@Nullable FileNumber number) implements LostFile {
    }

    /**
     * Another file has its name. {@code now} is another name of ours, or null if none is known; {@code number} is that
     * of ours, or null if that is not known.
     */
    record Replaced(@Nullable Path now, @Nullable FileNumber number) implements LostFile {
    }

    /** It is in its place, and somebody else has written to it. */
    record Overwritten() implements LostFile {
    }
}
