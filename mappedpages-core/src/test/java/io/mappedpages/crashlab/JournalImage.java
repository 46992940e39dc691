package io.mappedpages.crashlab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A file of the laboratory to which a journal was added by hand, and commits were made that only wrote records: all of it
 * by the format's document. It knows what the file holds.
 */
final class JournalImage {

    static final int FREE = 0;
    static final int DATA = 1;
    static final int COPY = 2;
    static final int INTERNAL = 3;

    /** Bytes in the smallest rings, and from one place for a record to the next. */
    static final int RING = 16_384;
    static final int STEP = 4096;

    private static final long SALT = 0x9e3779b97f4a7c15L;
    private static final int STAMP = 4710;
    private static final int MORE_PAGES = 24;

    /** Where a record was written in both rings. */
    record Written(int offset, int length) {
    }

    private record Copies(int a, int b, int active) {
    }

    private byte[] file;
    private final Reseal reseal;
    private final int pageSize;
    private final int ringBytes;
    private final int firstOfA;
    private final int firstOfB;
    private final Map<Long, Copies> copies = new HashMap<>();
    private final List<Written> written = new ArrayList<>();
    private final Model model;
    private int pages;
    private int free;
    private int mark;
    private int nextFree;
    private int miscounted;

    /** The number of the commit that comes next. */
    private long generation;
    private int position;
    private long before;
    private int crc32cBefore;
    private long salt = SALT;

    /** Both rings and a few free pages come behind the pages that {@code base} has, half of these below the mark. */
    JournalImage(Base base, int ringBytes, int position) {
        this.pageSize = base.options().pageSize();
        this.ringBytes = ringBytes;
        this.position = position;
        this.model = base.model().copy();
        this.firstOfA = base.length() / pageSize;
        this.firstOfB = firstOfA + ringBytes / pageSize;
        this.nextFree = firstOfB + ringBytes / pageSize;
        this.pages = nextFree + MORE_PAGES;
        this.mark = nextFree + MORE_PAGES / 2;
        this.file = Arrays.copyOf(base.content(), pages * pageSize);
        this.reseal = new Reseal(file, pageSize);
        int metadata = reseal.metadataAt();
        this.generation = FormatBytes.int64(file, metadata + FormatBytes.GENERATION) + 1;
        this.free = (int) FormatBytes.int64(file, metadata + FormatBytes.FREE_COUNT) + MORE_PAGES;
        readCopies(metadata);
        addJournal(metadata);
    }

    /** Small pages, small rings, and the first record goes to the second place. */
    static JournalImage used() {
        return new JournalImage(Base.used(Options.SMALL), RING, STEP);
    }

    private void readCopies(int metadata) {
        for (long id : model.guarded().keySet()) {
            int pair = FormatBytes.activePage(file, metadata + FormatBytes.DIRECTORY_ROOT) * pageSize
                    + FormatBytes.NODE_CONTENT + (int) id * FormatBytes.PAIR;
            copies.put(id, new Copies(FormatBytes.page48(file, pair), FormatBytes.page48(file, pair + 6),
                    file[pair + FormatBytes.PAIR_ACTIVE]));
        }
    }

    private void addJournal(int metadata) {
        FormatBytes.int64(file, metadata + FormatBytes.PAGE_COUNT, pages);
        FormatBytes.int64(file, metadata + FormatBytes.FREE_COUNT, free);
        FormatBytes.int64(file, metadata + FormatBytes.HIGH_WATER_MARK, mark);
        FormatBytes.page48(file, metadata + FormatBytes.RING_A, firstOfA);
        FormatBytes.page48(file, metadata + FormatBytes.RING_B, firstOfB);
        FormatBytes.int32(file, metadata + FormatBytes.RING_PAGES, ringBytes / pageSize);
        FormatBytes.int64(file, metadata + FormatBytes.JOURNAL_POSITION, position);
        FormatBytes.int64(file, metadata + FormatBytes.JOURNAL_SALT, SALT);
        for (int page = firstOfA; page < nextFree; page++) {
            file[metadata + FormatBytes.STATES + page / 4] |= (byte) (INTERNAL << 2 * (page % 4));
        }
        file[reseal.slotAt() + FormatBytes.SLOT_INCOMPATIBLE_FLAGS] = 1;
        reseal.sealMetadata(file);
    }

    byte[] file() {
        return file;
    }

    /** Where everything is in the checkpoint, and how to make its sums agree again. */
    Reseal reseal() {
        return reseal;
    }

    Model model() {
        return model.copy();
    }

    int firstOfRingA() {
        return firstOfA;
    }

    int mark() {
        return mark;
    }

    int pageCount() {
        return pages;
    }

    int freePages() {
        return free;
    }

    int guardedPages() {
        return model.guarded().size();
    }

    List<Written> written() {
        return written;
    }

    /** The next free page, which is not free any more. */
    int takePage() {
        return takePage(nextFree++);
    }

    int takePage(int page) {
        free--;
        return page;
    }

    /** The last protected page there is. */
    long anyProtected() {
        return model.guarded().lastKey();
    }

    /** The file gets longer by free pages that were never used. */
    void grow(int morePages) {
        file = Arrays.copyOf(file, file.length + morePages * pageSize);
        pages += morePages;
        free += morePages;
    }

    /** From now on records say that there are more free pages than there are. */
    void miscount() {
        miscounted++;
    }

    /** From now on records are those of another opening. */
    void otherSalt() {
        salt++;
    }

    /** From now on the sum of the record before is another than it was. */
    void forgetTheChain() {
        crc32cBefore++;
    }

    /** A commit that hands out a page. */
    void allocate() {
        write(allocated(takePage()));
    }

    /** A record that hands out a page. */
    RecordBytes allocated(int page) {
        model.allocated(page);
        return record().states(page, 1, DATA);
    }

    /** A commit that hands out a protected page, full of zeros. */
    void allocateProtected(long id) {
        Copies taken = new Copies(takePage(), takePage(), 1);
        copies.put(id, taken);
        model.guardedAllocated(id);
        RecordBytes record = record().states(taken.a(), 2, COPY);
        write(writeContent(record, id, Stamps.ZEROS));
    }

    /** A commit that writes a protected page. */
    void writeProtected(long id, int stamp) {
        model.guarded().put(id, stamp);
        write(writeContent(record(), id, stamp));
    }

    void freeProtected(long id) {
        Copies freed = copies.remove(id);
        model.guarded().remove(id);
        free += 2;
        write(record().states(freed.a(), 1, FREE).states(freed.b(), 1, FREE).guardedFreed(id));
    }

    /** Three commits, each of which changes something else. */
    void commitThrice() {
        allocate();
        writeProtected(anyProtected(), STAMP);
        allocateProtected(29);
    }

    /** A commit that only makes a node. */
    void makeNode(TreeKind tree, int level, long index) {
        int a = takePage();
        int b = takePage();
        write(record().node(tree, level, index, a, b).states(a, 2, INTERNAL));
    }

    /** Writes the copy that is not current, and has the record say so. */
    RecordBytes writeContent(RecordBytes record, long id, int stamp) {
        Copies old = copies.get(id);
        Copies now = new Copies(old.a(), old.b(), 1 - old.active());
        copies.put(id, now);
        byte[] content = Stamps.bytes(stamp, pageSize);
        System.arraycopy(content, 0, file, activePage(id) * pageSize, pageSize);
        return record.guarded(id, now.a(), now.b(), now.active(), generation, content);
    }

    /** A protected page of which nothing was written yet, for {@link #writeContent}. */
    void newProtected(long id, int a, int b) {
        copies.put(id, new Copies(a, b, 1));
        model.guardedAllocated(id);
    }

    int activePage(long id) {
        Copies now = copies.get(id);
        return now.active() == 0 ? now.a() : now.b();
    }

    /** A record that follows the one before it and has its counts: those of this moment. */
    RecordBytes record() {
        return emptyRecord().counts(pages, free + miscounted, model.guarded().size(), mark);
    }

    RecordBytes emptyRecord() {
        return new RecordBytes(generation, before, crc32cBefore, salt);
    }

    /** Writes a record to both rings. */
    void write(RecordBytes record) {
        byte[] bytes = record.sealed();
        if (position + bytes.length > ringBytes) {
            position = 0;
        }
        System.arraycopy(bytes, 0, file, firstOfA * pageSize + position, bytes.length);
        System.arraycopy(bytes, 0, file, firstOfB * pageSize + position, bytes.length);
        written.add(new Written(position, bytes.length));
        position += Math.ceilDiv(bytes.length, STEP) * STEP;
        before = generation;
        crc32cBefore = FormatBytes.int32(bytes, bytes.length - 8);
        generation++;
    }

    /** Takes a record, counted from 0, out of ring A. */
    void loseInRingA(int which) {
        file[firstOfA * pageSize + written.get(which).offset() + 60] ^= 1;
    }

    /** Takes a record, counted from 0, out of ring B. */
    void loseInRingB(int which) {
        file[firstOfB * pageSize + written.get(which).offset() + 60] ^= 1;
    }

    /** Something else is where the content of a protected page should be. */
    void loseContent(long id) {
        file[activePage(id) * pageSize + 100] ^= 1;
    }
}
