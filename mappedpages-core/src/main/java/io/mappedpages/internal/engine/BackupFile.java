package io.mappedpages.internal.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import io.mappedpages.internal.backup.BackupTarget;
import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.storage.PageStorage;

/** A backup that is a page file again. */
final class BackupFile implements BackupTarget {

    /**
     * After so many bytes it waits until they are on the device. Otherwise all of them would be written at the end, in one piece, and whoever
     * commits meanwhile would wait behind that.
     */
    private static final int BYTES_AT_ONCE = 256 << 10;

    private final PageStorage file;
    private final boolean reserve;
    private final List<ByteRange> toWrite = new ArrayList<>();
    private long bytesToWrite;

    /** @param reserve whether real blocks must lie behind every byte of it */
    BackupFile(PageStorage file, boolean reserve) {
        this.file = file;
        this.reserve = reserve;
    }

    @Override
    public void extend(long from, long to) throws IOException {
        file.extend(from, to, reserve);
    }

    @Override
    public void put(long offset, byte[] bytes, int from, int length) throws IOException {
        file.write(offset, bytes, from, length);
        toWrite.add(new ByteRange(offset, length));
        bytesToWrite += length;
        if (bytesToWrite >= BYTES_AT_ONCE) {
            file.writeBackBeside(toWrite);
            toWrite.clear();
            bytesToWrite = 0;
        }
    }

    @Override
    public void read(long offset, byte[] bytes, int from, int length) throws IOException {
        file.read(offset, bytes, from, length);
    }
}
