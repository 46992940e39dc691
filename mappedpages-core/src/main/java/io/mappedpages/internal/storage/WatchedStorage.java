package io.mappedpages.internal.storage;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

/** Storage of which somebody may want to know what is written to it, and where. What is stored through a mapping is not told. */
public final class WatchedStorage extends ForwardingStorage {

    private volatile @Nullable WriteWatch watch;

    /** Nobody is told yet. */
    public WatchedStorage(PageStorage file) {
        super(file);
    }

    /** From now on {@code next} is told, or nobody. A write that is under way is told of after it is done, to who is there then. */
    public void watch(@Nullable WriteWatch next) {
        watch = next;
    }

    /** {@return whether somebody is told} */
    public boolean isWatched() {
        return watch != null;
    }

    @Override
    public void write(long offset, byte[] source, int from, int length) throws IOException {
        WriteWatch before = watch;
        if (before != null) {
            before.beforeWrite(offset, length);
        }
        try {
            super.write(offset, source, from, length);
        } finally {
            WriteWatch after = watch;
            if (after != null) {
                after.afterWrite(offset, length); // also of one that failed: a part of it may be there
            }
        }
    }
}
