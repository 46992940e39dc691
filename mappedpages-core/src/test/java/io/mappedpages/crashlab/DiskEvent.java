package io.mappedpages.crashlab;

import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.storage.ByteRange;

/** One entry of a simulated disk's record. */
sealed interface DiskEvent {

    /** Bytes that were written, or found to have been stored through a mapping. */
    record Write(int file, int offset, byte[] bytes) implements DiskEvent {
        @Override
        public String toString() {
            return "write " + bytes.length + " bytes at " + offset;
        }
    }

    /** The file has another length now. What a shorter file loses reads as zeros if it grows again. */
    record SetLength(int file, int length) implements DiskEvent {
    }

    /** A sync begins: what was written before is durable when the {@link SyncEnd} of the same number comes. */
    record SyncBegin(int file, int number) implements DiskEvent {
    }

    /**
     * A sync ended.
     *
     * @param ranges what it was about; null for the whole file
     * @param lost   it failed, and what it should have written is taken for written from now on
     */
    record SyncEnd(int file, int number, @Nullable List<ByteRange> ranges, boolean lost) implements DiskEvent {
    }

    /** A name for a file appeared. */
    record Link(Path name, int file) implements DiskEvent {
    }

    /** A name went away. */
    record Unlink(Path name) implements DiskEvent {
    }

    /** All names are durable. */
    record SyncDirectory() implements DiskEvent {
    }

    /** Something the laboratory wants to find again: an operation began or ended. */
    record Mark(Object what) implements DiskEvent {
    }
}
