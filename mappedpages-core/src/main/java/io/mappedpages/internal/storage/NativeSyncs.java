package io.mappedpages.internal.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The syncs of a file through one description, one at a time. */
final class NativeSyncs implements AutoCloseable {

    private final NativeFile file;
    private final RangeWriting writing;
    private final NativeRanges ranges;
    private final SyncGate gate;

    /**
     * Syncs nothing yet.
     *
     * @param file    whose description is told of failed writes
     * @param writing a way for ranges, which is this one's to close
     */
    NativeSyncs(SystemCalls calls, Path path, NativeFile file, RangeWriting writing) {
        this.file = file;
        this.writing = writing;
        this.ranges = new NativeRanges(path, calls, file);
        this.gate = new SyncGate(path);
    }

    /** Makes the whole file durable. */
    void all() throws IOException {
        gate.pass(this::syncAll);
    }

    /** Makes these ranges durable. */
    void ranges(List<ByteRange> wanted) throws IOException {
        List<ByteRange> merged = ByteRange.merge(wanted);
        gate.pass(() -> {
            if (merged.isEmpty()) {
                return;
            }
            if (writing.isForWhole(merged) || !ranges.force(writing.writtenButOne(merged))) {
                syncAll();
            }
        });
    }

    /** {@return how ranges are synced} */
    RangeSyncs rangeSyncs() {
        return writing.rangeSyncs();
    }

    /** Writes these ranges to the device where it is known how; they are not durable by that. */
    void writeBack(List<ByteRange> wanted) throws IOException {
        List<ByteRange> merged = ByteRange.merge(wanted);
        gate.pass(() -> writing.writeBack(merged));
    }

    /** Makes durable that the file has got bytes of it. */
    void added(ByteRange added) throws IOException {
        gate.pass(() -> {
            if (!writing.keepsLength() || !ranges.force(List.of(added))) {
                syncAll();
            }
        });
    }

    private void syncAll() throws IOException {
        file.require("syncing", SystemCalls::syncData);
    }

    /** Waits for the sync that is under way, lets no other one begin, and runs the last step once. */
    void close(SyncGate.Sync last) throws IOException {
        gate.close(last);
    }

    /** Gives up the mappings. As the last step. */
    void unmap() {
        ranges.unmap();
    }

    /** Gives up the way for ranges. As the last step. */
    @Override
    public void close() {
        writing.close();
    }
}
