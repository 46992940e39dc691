package io.mappedpages.internal.inspect;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.internal.storage.PageStorage;
import io.mappedpages.internal.storage.RangeSyncs;

/**
 * A file of pages that is made to see what a disk is like, and goes when this is closed. It is written and synced by the same code as page files. Pages
 * are of one size, and not more than 16 are synced at once as a rule. Any thread.
 */
public final class DiskProbe implements AutoCloseable {

    private static final String NAME = "mappedpages-bench";

    private final FileStorageProvider provider;
    private final PageStorage storage;
    private final int pageSize;

    private DiskProbe(FileStorageProvider provider, PageStorage storage, int pageSize) {
        this.provider = provider;
        this.storage = storage;
        this.pageSize = pageSize;
    }

    /**
     * Makes a file in a directory.
     *
     * @param directory where
     * @param pageSize  bytes
     * @return it, empty; to be closed by the caller
     * @throws IOException if it cannot be made
     */
    public static DiskProbe in(Path directory, int pageSize) throws IOException {
        FileStorageProvider provider = new FileStorageProvider();
        return new DiskProbe(provider, provider.createTemporary(provider.resolve(directory.resolve(NAME))), pageSize);
    }

    /** How some pages of a file are made durable there, and the rest left alone. */
    public enum Syncing {
        /** All are written to the device at once, and the last one is forced: the file system is known to do that. */
        WRITTEN_TOGETHER,
        /** Each is forced by itself. */
        FORCED_ONE_BY_ONE,
        /** Several are a sync of the whole file, which is cheaper on this file system. */
        WHOLE_FILE,
        /** Without native access: each is forced through a mapping of the JDK's. */
        FORCED_THROUGH_MAPPINGS
    }

    /** {@return how pages are synced there} */
    public Syncing syncing() {
        return Syncing.valueOf(RangeSyncs.of(storage).name());
    }

    /**
     * Makes the file longer by pages, and reserves blocks for them.
     *
     * @param from the first of them
     * @param to   the first behind them
     * @throws IOException if there is no room
     */
    public void reserve(long from, long to) throws IOException {
        storage.extend(from * pageSize, to * pageSize, true);
    }

    /**
     * Writes to the file, without a sync.
     *
     * @param page    where to begin
     * @param content what
     */
    public void write(long page, byte[] content) throws IOException {
        storage.write(page * pageSize, content, 0, content.length);
    }

    /** Makes these pages durable, as a commit does. */
    public void sync(long... pages) throws IOException {
        List<ByteRange> ranges =
                Arrays.stream(pages).mapToObj(page -> new ByteRange(page * pageSize, pageSize)).toList();
        storage.sync(ranges);
    }

    /** Makes all of the file durable. */
    public void syncAll() throws IOException {
        storage.sync();
    }

    /**
     * Maps pages.
     *
     * @param from  the first of them
     * @param to    the first behind them
     * @param arena how long
     * @return their bytes
     */
    public MemorySegment map(long from, long to, Arena arena) throws IOException {
        return storage.map(from * pageSize, (to - from) * pageSize, arena);
    }

    /** Closes the file and deletes it. Closing again does nothing. */
    @Override
    public void close() {
        provider.discard(storage);
    }
}
