package io.mappedpages.crashlab;

import java.util.Arrays;

/**
 * A file as processes see it: the operating system's cache. Mappings are windows on the same array, so what is stored
 * through one is read at once, and noticed by comparing with a shadow.
 */
final class SimulatedFile {

    /** Medium and torn writes are thought of in units of this many bytes. */
    static final int SECTOR = 512;

    final int id;
    final byte[] bytes;
    int length;
    private final byte[] shadow;

    /** A file that never gets longer than {@code capacity} bytes. */
    SimulatedFile(int id, byte[] content, int length, int capacity) {
        this.id = id;
        this.bytes = new byte[capacity];
        this.shadow = new byte[capacity];
        System.arraycopy(content, 0, bytes, 0, length);
        System.arraycopy(content, 0, shadow, 0, length);
        this.length = length;
    }

    /** Somebody who wants to know of stores. */
    interface StoreSink {
        void stored(int offset, byte[] sector);
    }

    /** Reports every sector that was stored into through a mapping since the last look. */
    void noticeStores(StoreSink sink) {
        int at = 0;
        while (at < length) {
            int found = Arrays.mismatch(bytes, at, length, shadow, at, length);
            if (found < 0) {
                return;
            }
            int from = (at + found) / SECTOR * SECTOR;
            int to = Math.min(from + SECTOR, length);
            byte[] sector = Arrays.copyOfRange(bytes, from, to);
            System.arraycopy(sector, 0, shadow, from, sector.length);
            sink.stored(from, sector);
            at = to;
        }
    }

    void write(int offset, byte[] source, int from, int count) {
        System.arraycopy(source, from, bytes, offset, count);
        System.arraycopy(source, from, shadow, offset, count);
        length = Math.max(length, offset + count);
    }

    void setLength(int to) {
        if (to < length) {
            Arrays.fill(bytes, to, length, (byte) 0);
            Arrays.fill(shadow, to, length, (byte) 0);
        }
        length = to;
    }
}
