package io.mappedpages.internal.backup;

import java.io.IOException;

import io.mappedpages.internal.storage.PageSource;
import io.mappedpages.internal.storage.Whereabouts;

/** What a backup has by now, as a file that ends where the target ends, with a superblock that is not in the target yet. */
final class Copied implements PageSource {

    private final BackupTarget target;
    private final byte[] superblock;
    private final long length;

    Copied(BackupTarget target, byte[] superblock, long length) {
        this.target = target;
        this.superblock = superblock;
        this.length = length;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public void read(long offset, byte[] bytes, int from, int count) throws IOException {
        int ofFirst = (int) Math.max(0, Math.min(count, superblock.length - offset));
        if (ofFirst > 0) {
            System.arraycopy(superblock, (int) offset, bytes, from, ofFirst);
        }
        if (count > ofFirst) {
            target.read(offset + ofFirst, bytes, from + ofFirst, count - ofFirst);
        }
    }

    @Override
    public Whereabouts whereabouts() {
        return Whereabouts.IN_PLACE;
    }

    /** The target stays open. */
    @Override
    public void close() {
    }
}
