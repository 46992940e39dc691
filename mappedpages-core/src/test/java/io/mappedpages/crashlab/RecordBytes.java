package io.mappedpages.crashlab;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Puts a record of a journal together, byte by byte and by the format's document. Nothing stops it from writing nonsense. */
final class RecordBytes {

    private static final int LONGEST = 1 << 16;
    private static final int ENTRY_COUNT = 36;

    private final ByteBuffer bytes = ByteBuffer.allocate(LONGEST).order(ByteOrder.LITTLE_ENDIAN);
    private int entries;

    RecordBytes(long generation, long generationBefore, int crc32cBefore, long salt) {
        bytes.put(new byte[] {'M', 'P', 'J', 'R'}).putInt(0).putLong(generation).putLong(generationBefore).putLong(salt)
                .putInt(crc32cBefore).putInt(0).putLong(0);
    }

    RecordBytes counts(long pages, long free, long guarded, long mark) {
        return entry(4, 0, 0, 0).putLongs(pages, free, guarded, mark);
    }

    RecordBytes states(long first, int count, int state) {
        return entry(1, state, 0, count).putLongs(first);
    }

    /** A protected page whose content was written to copy {@code active} of pages {@code a} and {@code b}. */
    RecordBytes guarded(long id, int a, int b, int active, long generation, byte[] content) {
        entry(2, 0, 0, 0).putLongs(id);
        page(a).page(b).putLongs(generation);
        bytes.putInt(FormatBytes.crc32(content, 0, content.length))
                .putInt(FormatBytes.crc32c(content, 0, content.length))
                .put((byte) active).put((byte) 1).putShort((short) 0);
        return this;
    }

    RecordBytes guardedFreed(long id) {
        return entry(2, 0, 0, 0).putLongs(id, 0, 0, 0, 0);
    }

    RecordBytes node(TreeKind tree, int level, long index, int a, int b) {
        entry(3, tree.ordinal(), level, 0).putLongs(index);
        page(a).page(b);
        bytes.putInt(0);
        return this;
    }

    /** The first eight bytes of an entry of any kind. */
    RecordBytes raw(int kind, int second, int third, int last) {
        return entry(kind, second, third, last);
    }

    private RecordBytes entry(int kind, int second, int third, int last) {
        entries++;
        bytes.put((byte) kind).put((byte) second).putShort((short) third).putInt(last);
        return this;
    }

    private RecordBytes putLongs(long... values) {
        for (long value : values) {
            bytes.putLong(value);
        }
        return this;
    }

    private RecordBytes page(long number) {
        bytes.putInt((int) number).putShort((short) (number >>> Integer.SIZE));
        return this;
    }

    /** {@return the record with its length, its number of entries and its sums} */
    byte[] sealed() {
        int end = bytes.position();
        byte[] sealed = Arrays.copyOf(bytes.array(), end + 8);
        FormatBytes.int32(sealed, 4, sealed.length);
        FormatBytes.int32(sealed, ENTRY_COUNT, entries);
        FormatBytes.int32(sealed, end, FormatBytes.crc32c(sealed, 0, end));
        FormatBytes.int32(sealed, end + 4, FormatBytes.crc32(sealed, 0, end));
        return sealed;
    }
}
