package io.mappedpages.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * A file as the Rust crate writes it, in memory, by the description of its layout: the lowest free page is handed out first, a full file
 * doubles, and whatever there are two copies of changes in the one that does not count. Knows what is in it.
 */
public final class RustCrateFile {

    private static final int RESERVED = 3;
    private static final int FIRST_PAGES = 4;
    private static final int COUNT_AT = 20;
    private static final int BLOCKS_AT = 24;
    private static final int BLOCK_BYTES = 17;
    private static final int BITS_AT = 24;
    private static final int ENTRIES_AT = 8;
    private static final int ENTRY_BYTES = 30;
    private static final int CRC_BYTES = 4;
    private static final int CONSTANT = 0x2144DF1C;

    private static final class Entry {
        private boolean inUse;
        private int pageA;
        private int pageB;
        private int active;
        private long generation;
        private int crc;

        int page(int copy) {
            return copy == 0 ? pageA : pageB;
        }
    }

    private static final class Block {
        private final int[] pages;
        private final Entry[] entries;
        private int active;

        Block(int pageA, int pageB, int capacity) {
            pages = new int[] {pageA, pageB};
            entries = new Entry[capacity];
            Arrays.setAll(entries, _ -> new Entry());
        }
    }

    private final int pageSize;
    private final int minor;
    private final BitSet inUse = new BitSet();
    private final List<Block> blocks = new ArrayList<>();
    private final SortedMap<Long, byte[]> regular = new TreeMap<>();
    private final SortedMap<Long, byte[]> guarded = new TreeMap<>();
    private byte[] bytes;
    private int pages = FIRST_PAGES;
    private long generation;
    private int active;

    /** A new file, as version 0.{@code minor} makes it. */
    public RustCrateFile(int pageSize, int minor) {
        this.pageSize = pageSize;
        this.minor = minor;
        bytes = new byte[FIRST_PAGES * pageSize];
        inUse.set(0, RESERVED);
        writeMetadata(0);
        writeMetadata(1);
        writeHead();
    }

    public RustCrateFile(int pageSize) {
        this(pageSize, 2);
    }

    public int pageSize() {
        return pageSize;
    }

    public int pages() {
        return pages;
    }

    public long generation() {
        return generation;
    }

    /** The bytes of the file. Not a copy. */
    public byte[] bytes() {
        return bytes;
    }

    /** What is in the regular pages. */
    public SortedMap<Long, byte[]> regular() {
        return regular;
    }

    /** What is in the protected pages. */
    public SortedMap<Long, byte[]> guarded() {
        return guarded;
    }

    public int freePages() {
        return pages - inUse.cardinality();
    }

    /** The metadata page that counts, 1 or 2. */
    public int activeMetadata() {
        return 1 + active;
    }

    /** The pages of a block of the directory: first the one that counts. */
    public int[] directoryPages(int block) {
        Block there = blocks.get(block);
        return new int[] {there.pages[there.active], there.pages[1 - there.active]};
    }

    public int directoryBlocks() {
        return blocks.size();
    }

    /** The pages of a protected page: first the one that counts. */
    public int[] copies(long id) {
        Entry entry = entry(id);
        return new int[] {entry.page(entry.active), entry.page(1 - entry.active)};
    }

    public long alloc() {
        int page = take();
        regular.put((long) page, Arrays.copyOfRange(bytes, page * pageSize, (page + 1) * pageSize));
        commit();
        return page;
    }

    public void free(long page) {
        regular.remove(page);
        inUse.clear((int) page);
        commit();
    }

    /** Stores into a regular page. */
    public void write(long page, byte[] content) {
        put(page, content);
        regular.put(page, content);
    }

    public long allocProtected() {
        for (int block = 0; block < blocks.size(); block++) {
            Entry[] entries = blocks.get(block).entries;
            for (int slot = 0; slot < entries.length; slot++) {
                if (!entries[slot].inUse) {
                    int[] copies = {take(), take()};
                    commit();
                    return allocProtected(block, slot, copies);
                }
            }
        }
        int[] directory = {take(), take()};
        int[] copies = {take(), take()};
        commit();
        blocks.add(new Block(directory[0], directory[1], capacity()));
        return allocProtected(blocks.size() - 1, 0, copies);
    }

    private long allocProtected(int block, int slot, int[] copies) {
        Entry entry = blocks.get(block).entries[slot];
        entry.inUse = true;
        entry.pageA = copies[0];
        entry.pageB = copies[1];
        entry.active = 0;
        entry.generation = 0;
        entry.crc = crc(copies[0] * pageSize, (copies[0] + 1) * pageSize);
        long id = (long) block * capacity() + slot;
        guarded.put(id, Arrays.copyOfRange(bytes, copies[0] * pageSize, (copies[0] + 1) * pageSize));
        commit(block);
        return id;
    }

    public void freeProtected(long id) {
        Entry entry = entry(id);
        entry.inUse = false;
        guarded.remove(id);
        commit((int) (id / capacity()));
        inUse.clear(entry.pageA);
        inUse.clear(entry.pageB);
        commit();
    }

    /** Stores into the copy that does not count, which nobody sees. */
    public void stage(long id, byte[] content) {
        Entry entry = entry(id);
        put(entry.page(1 - entry.active), content);
    }

    /** Writes a protected page and commits that. */
    public void writeProtected(long id, byte[] content) {
        stage(id, content);
        Entry entry = entry(id);
        entry.active = 1 - entry.active;
        entry.generation++;
        int page = entry.page(entry.active);
        entry.crc = crc(page * pageSize, (page + 1) * pageSize);
        guarded.put(id, content);
        commit((int) (id / capacity()));
    }

    /** Does the first half of a commit that hands out the lowest free page: the superblock does not know of it. */
    public void beginAlloc() {
        int page = inUse.nextClearBit(0);
        inUse.set(page);
        generation++;
        writeMetadata(1 - active);
        generation--;
        inUse.clear(page);
    }

    /** Takes two pages for a protected page, and stops before the directory knows of it: they are lost. */
    public void beginAllocProtected() {
        for (int i = 0; i < 2; i++) {
            alloc();
        }
    }

    public byte[] page(long number) {
        return Arrays.copyOfRange(bytes, (int) number * pageSize, (int) (number + 1) * pageSize);
    }

    public void save(Path path) {
        try {
            Files.write(path, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Entry entry(long id) {
        return blocks.get((int) (id / capacity())).entries[(int) (id % capacity())];
    }

    private int capacity() {
        return (pageSize - ENTRIES_AT - CRC_BYTES) / ENTRY_BYTES;
    }

    private void put(long page, byte[] content) {
        System.arraycopy(content, 0, bytes, (int) page * pageSize, pageSize);
    }

    private int take() {
        int page = inUse.nextClearBit(0);
        if (page >= pages) {
            pages *= 2;
            bytes = Arrays.copyOf(bytes, pages * pageSize);
        }
        inUse.set(page);
        return page;
    }

    private void commit() {
        generation++;
        active = 1 - active;
        writeMetadata(active);
        writeHead();
    }

    private void commit(int index) {
        Block block = blocks.get(index);
        block.active = 1 - block.active;
        ByteBuffer page = zeroed(block.pages[block.active]);
        page.putInt(0, block.entries.length);
        page.position(ENTRIES_AT);
        for (Entry entry : block.entries) {
            page.put((byte) (entry.inUse ? 1 : 0)).putLong(entry.pageA).putLong(entry.pageB).put((byte) entry.active)
                    .putLong(entry.generation).putInt(entry.crc);
        }
        seal(page, block.pages[block.active] * pageSize, 0);
        writeHead();
    }

    private void writeMetadata(int copy) {
        ByteBuffer page = zeroed(1 + copy);
        page.putLong(pages).putLong(generation).putLong(pages - inUse.cardinality());
        page.put(BITS_AT, inUse.toByteArray());
        seal(page, (1 + copy) * pageSize, 0);
    }

    private void writeHead() {
        ByteBuffer page = zeroed(0);
        page.put("MPPG".getBytes(StandardCharsets.US_ASCII)).put((byte) 0).put((byte) minor);
        page.putInt(8, Integer.numberOfTrailingZeros(pageSize)).put(12, (byte) active).putInt(16, CONSTANT);
        page.putInt(COUNT_AT, blocks.size());
        page.position(BLOCKS_AT);
        for (Block block : blocks) {
            page.putLong(block.pages[0]).putLong(block.pages[1]).put((byte) block.active);
        }
        seal(page, 0, COUNT_AT);
    }

    /** A page of zeros, to be written. */
    private ByteBuffer zeroed(int number) {
        Arrays.fill(bytes, number * pageSize, (number + 1) * pageSize, (byte) 0);
        return ByteBuffer.wrap(bytes, number * pageSize, pageSize).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    private void seal(ByteBuffer page, int at, int from) {
        page.putInt(pageSize - CRC_BYTES, crc(at + from, at + pageSize - CRC_BYTES));
    }

    /** Makes the CRC32 of a page right again that a test has changed. */
    public void reseal(int page) {
        seal(ByteBuffer.wrap(bytes, page * pageSize, pageSize).slice().order(ByteOrder.LITTLE_ENDIAN),
                page * pageSize, page == 0 ? COUNT_AT : 0);
    }

    private int crc(int from, int to) {
        CRC32 crc = new CRC32();
        crc.update(bytes, from, to - from);
        return (int) crc.getValue();
    }
}
