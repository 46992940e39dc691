package io.mappedpages.internal.storage;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import io.mappedpages.internal.thread.Uninterruptible;

/**
 * Makes the mappings that users get, from a description of the file that serves nothing else. The operating system reports
 * a failed write once to each description: a user who forces a page takes the report of this one, and the syncs, which
 * go through another, get theirs.
 *
 * <p>
 * They are made by a channel, also where system calls could do it: users may force what they get, and unmapped it is when
 * its arena is closed. The channel does its work on a thread that nobody can interrupt.
 */
final class LentMappings implements AutoCloseable {

    private final Path path;
    private final FileChannel channel;

    private LentMappings(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Opens the description.
     *
     * @param path the file, for exceptions
     * @param by   the name to open it by; the caller sees to it that it leads to that file
     */
    static LentMappings open(Path path, Path by) throws IOException {
        return new LentMappings(path, FileChannel.open(by, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    /** Maps a part of the file. It becomes longer if it ends before that, so only one thread may come at a time. */
    MemorySegment map(long offset, long length, Arena arena) throws IOException {
        try {
            return Uninterruptible.call("map", () -> channel.map(MapMode.READ_WRITE, offset, length, arena));
        } catch (IOException e) {
            throw FullDisk.judge(e, path);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
