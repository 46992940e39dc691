package io.mappedpages.testing;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;

import io.mappedpages.internal.format.FormatException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.SlotReading;
import io.mappedpages.internal.format.SuperblockSlot;

/**
 * The bytes of a page file, past any pager: to damage a file, or to see what is really in it. Opens the file for each call,
 * so a pager that has it open loses the lock on the file itself (not the one beside it).
 *
 * @param path the file
 */
public record RawPageFile(Path path) {

    private static final int SLOTS = 2;

    private interface Action<T> {
        T run(RandomAccessFile file) throws IOException;
    }

    private <T> T with(String mode, Action<T> action) {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), mode)) {
            return action.run(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bytes {@code [offset, offset + length)}. */
    public byte[] read(long offset, int length) {
        return with("r", file -> {
            byte[] bytes = new byte[length];
            file.seek(offset);
            file.readFully(bytes);
            return bytes;
        });
    }

    /** Puts these bytes there. */
    public void write(long offset, byte... bytes) {
        with("rw", file -> {
            file.seek(offset);
            file.write(bytes);
            return bytes;
        });
    }

    /** Makes one byte another. */
    public void flip(long offset) {
        write(offset, (byte) ~read(offset, 1)[0]);
    }

    /** Puts so many equal bytes there. */
    public void fill(long offset, int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        write(offset, bytes);
    }

    public long length() {
        return with("r", RandomAccessFile::length);
    }

    public void truncate(long length) {
        with("rw", file -> {
            file.setLength(length);
            return length;
        });
    }

    /** Slot 0 or 1, which must be sound. */
    public SuperblockSlot slot(int index) {
        byte[] head = read(0, SuperblockSlot.SLOT_1 + SuperblockSlot.BYTES);
        SlotReading reading = SuperblockSlot.decode(head, SuperblockSlot.offsetOf(index));
        if (reading instanceof SlotReading.Valid valid) {
            return valid.slot();
        }
        throw new AssertionError("slot " + index + " of " + path + " is " + reading);
    }

    /** Writes slot 0 or 1, checksum and all. */
    public void slot(int index, SuperblockSlot slot) {
        write(SuperblockSlot.offsetOf(index), slot.encode());
    }

    /** The slot of the higher generation; both must be sound. */
    public int newestSlot() {
        return slot(1).generation() > slot(0).generation() ? 1 : 0;
    }

    /** Makes slot 0 or 1 unusable. */
    public void spoilSlot(int index) {
        flip(SuperblockSlot.offsetOf(index) + SuperblockSlot.BYTES / 2);
    }

    public void spoilSlots() {
        for (int i = 0; i < SLOTS; i++) {
            spoilSlot(i);
        }
    }

    public Geometry geometry() {
        return Geometry.ofLog2(slot(newestSlot()).pageSizeLog2());
    }

    /** The page, 1 or 2, that holds the metadata of the newest slot. */
    public int currentMetadata() {
        return 1 + slot(newestSlot()).activeMetadata();
    }

    /** The page, 1 or 2, that does not. */
    public int otherMetadata() {
        return 3 - currentMetadata();
    }

    /** What page 1 or 2 says, which must be sound. */
    public MetadataPage metadata(int page) {
        Geometry geometry = geometry();
        try {
            return MetadataPage.decode(geometry, read(geometry.offsetOf(page), geometry.nodeSize()));
        } catch (FormatException e) {
            throw new AssertionError("metadata page " + page + " of " + path, e);
        }
    }

    /** Changes a byte in the middle of a page. */
    public void spoilPage(long page) {
        Geometry geometry = geometry();
        flip(geometry.offsetOf(page) + geometry.nodeSize() / 2);
    }
}
