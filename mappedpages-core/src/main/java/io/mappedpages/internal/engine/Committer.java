package io.mappedpages.internal.engine;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.Sums;
import io.mappedpages.internal.format.SuperblockSlot;
import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.storage.PageStorage;

/**
 * Makes changes durable: everything that changed goes to the copies that are not current, then a sync, then the
 * superblock slot that is not current, then a sync. Until the last sync is done, the generation before is whole on the
 * medium; after it, the new one is. Nothing of the next generation is written before.
 *
 * <p>Used under the engine lock. After an {@link IOException} from here nothing may be tried again on the same opening:
 * a sync that failed once may succeed the next time without having written anything.
 */
final class Committer {

    private final PageStorage storage;
    private final Geometry geometry;
    private final Metadata metadata;
    private final PageMap map;
    private final Directory directory;
    private final PageContents contents;
    private final FileCheck check;
    private final EngineEvents events;
    private final boolean mustReplaceRejected;
    private final boolean generationLost;
    private final long keptPages;

    private int slotIndex;
    private SuperblockSlot slot;
    private long highestGeneration;
    /** Read without the lock by those who only want to know whether to take it. */
    private volatile boolean settled;
    private boolean committed;
    private boolean unfinished;
    /** Whether the file was looked at since the engine lock was taken. */
    private boolean looked;
    private final List<ByteRange> written = new ArrayList<>();
    private long bytesWritten;
    private long begunAt;

    Committer(PageStorage storage, Adopted adopted, Metadata metadata, PageMap map,
            Directory directory, PageContents contents, FileCheck check, EngineEvents events) {
        this.storage = storage;
        this.geometry = adopted.geometry();
        this.metadata = metadata;
        this.map = map;
        this.directory = directory;
        this.contents = contents;
        this.check = check;
        this.events = events;
        this.slotIndex = adopted.slotIndex();
        this.slot = adopted.slot();
        this.highestGeneration = adopted.highestGeneration();
        this.mustReplaceRejected = adopted.newerWasRejected();
        this.generationLost = adopted.generationLost();
        this.keptPages = adopted.keptPages();
    }

    /** {@return how long the file must stay for its pages and for those of the generation to fall back to} */
    long lengthInUse() {
        long pages = metadata.durable().pageCount();
        return geometry.offsetOf(committed ? pages : Math.max(pages, keptPages));
    }

    /** Whether this opening has written anything. */
    boolean hasWritten() {
        return settled;
    }

    /** Somebody else may have had the file since: the next commit needs a look first. */
    void forgetLook() {
        looked = false;
    }

    /** Whether something was written, or may have been, that no commit has brought to an end. */
    boolean isUnfinished() {
        return unfinished;
    }

    /**
     * Before each change: makes sure that the file still is ours. Before the first one, or the first page lent for writing,
     * also makes what was adopted durable, and writes over what was rejected.
     *
     * <p>What opening read may be in the page cache only (the process before was killed, or its sync failed); building
     * on it would overwrite the only state that the medium has, and what a user stores into a page that is allocated in
     * the cache only would be lost with it, or turn up in a page that is handed out as new. And a newer generation that
     * was rejected for one bad page must not become whole when a later commit happens to write that page as it should
     * have been.
     */
    void settle() throws IOException {
        check.requireOurs();
        looked = true;
        if (settled) {
            return;
        }
        unfinished = true;
        if (!generationLost) {
            // Behind the last page may be what a growth left that did not get as far as a commit: bytes that were to be
            // zeros and are not. A later growth relies on zeros there.
            storage.truncate(geometry.offsetOf(keptPages));
        }
        storage.sync();
        writeSlot(slotIndex, slot);
        if (generationLost) {
            replaceOtherSlot();
        }
        settled = true;
        if (generationLost) {
            // The lost generation, and the attempt after it, may have used any page there is: none of them is known
            // to read as zeros.
            long pages = Math.ceilDiv(storage.length(), (long) geometry.pageSize());
            raise(metadata.working(), pages);
        }
        if (mustReplaceRejected) {
            commit();
        }
        unfinished = false;
    }

    /**
     * Takes the name of the lost generation away, or what is left of it, before its metadata page is written over: with
     * some of the old sectors and some of the new ones that page could be whole again. Two slots of one generation tell
     * the next opening that this work was begun, should it not come to an end.
     */
    private void replaceOtherSlot() throws IOException {
        writeSlot(1 - slotIndex, slot);
    }

    /**
     * Makes sure that this commit may write to all pages below {@code limit}: only pages below the durable high-water
     * mark may be written before a flip, so that pages above it are zeros whatever crashes. Called before anything is
     * changed.
     */
    void allowWritesBelow(long limit) throws IOException {
        if (limit > metadata.durable().highWater()) {
            raise(metadata.working(), limit);
            commit();
        }
    }

    /** Notes that {@code page} is allocated by this commit. */
    void allocated(long page) {
        raise(metadata.working(), page + 1);
    }

    /** {@return whether {@code page} was never written by anybody, so that it reads as zeros} */
    boolean isUntouched(long page) {
        return page >= metadata.durable().highWater();
    }

    /** Part of this commit: zeros over {@code page}, which is free in the generation before. */
    void zero(long page) throws IOException {
        begin();
        contents.zero(storage, page);
        wrote(geometry.offsetOf(page), geometry.pageSize());
    }

    /** Part of this commit: {@code content} to {@code page}, which is not current. {@return the sums of it} */
    Sums write(long page, MemorySegment content) throws IOException {
        begin();
        Sums sums = contents.write(storage, page, content);
        wrote(geometry.offsetOf(page), geometry.pageSize());
        return sums;
    }

    /** From the next commit on the file says that not all of its blocks are reserved. */
    void markSparse() {
        slot = new SuperblockSlot(slot.pageSizeLog2(), slot.activeMetadata(), slot.generation(), slot.metadataSums(),
                slot.incompatibleFlags(), slot.readOnlyFlags(), slot.compatibleFlags() | SuperblockSlot.FLAG_SPARSE,
                slot.fileId());
    }

    /** {@return the generation that {@link #commit} will make} */
    long nextGeneration() {
        return highestGeneration + 1;
    }

    /** Makes all changes since the last commit durable as one generation, and then visible. After {@link #settle}. */
    void commit() throws IOException {
        if (!looked) {
            throw new IllegalStateException("a commit without a look whether the file still is ours");
        }
        begin();
        long generation = nextGeneration();
        CopyPair mapRoot = map.tree().write(generation, this::writeNode);
        CopyPair directoryRoot = directory.tree().write(generation, this::writeNode);
        MetadataPage page = metadata.working();
        page.mapHeight(map.tree().height());
        page.mapRoot(mapRoot);
        page.directoryHeight(directory.tree().height());
        page.directoryRoot(directoryRoot);
        Sums sums = page.seal(generation);
        int otherMetadata = 1 - slot.activeMetadata();
        writeNode(1 + otherMetadata, page.bytes());
        storage.sync(written);
        SuperblockSlot next = new SuperblockSlot(slot.pageSizeLog2(), otherMetadata, generation, sums,
                slot.incompatibleFlags(), slot.readOnlyFlags(), slot.compatibleFlags(), slot.fileId());
        writeSlot(1 - slotIndex, next);

        committed = true;
        metadata.publish();
        map.tree().publish(mapRoot);
        directory.tree().publish(directoryRoot);
        slotIndex = 1 - slotIndex;
        slot = next;
        highestGeneration = generation;
        long bytes = bytesWritten;
        written.clear();
        bytesWritten = 0;
        unfinished = false;
        events.committed(generation, bytes, System.nanoTime() - begunAt);
    }

    /** A commit lasts from its first write on, be it of zeros or of contents. */
    private void begin() {
        if (!unfinished) {
            unfinished = true;
            begunAt = System.nanoTime();
        }
    }

    private void writeNode(long page, byte[] bytes) throws IOException {
        storage.write(geometry.offsetOf(page), bytes, 0, bytes.length);
        wrote(geometry.offsetOf(page), bytes.length);
    }

    private void writeSlot(int index, SuperblockSlot content) throws IOException {
        int offset = SuperblockSlot.offsetOf(index);
        byte[] bytes = content.encode();
        storage.write(offset, bytes, 0, SuperblockSlot.BYTES);
        check.wrote(index, bytes);
        bytesWritten += SuperblockSlot.BYTES;
        storage.sync(List.of(new ByteRange(offset, SuperblockSlot.BYTES)));
    }

    private void wrote(long offset, int length) {
        written.add(new ByteRange(offset, length));
        bytesWritten += length;
    }

    private static void raise(MetadataPage page, long highWater) {
        page.highWater(Math.max(page.highWater(), highWater));
    }
}
