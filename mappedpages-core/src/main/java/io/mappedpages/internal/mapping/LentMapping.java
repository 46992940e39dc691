package io.mappedpages.internal.mapping;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.SuperblockSlot;
import io.mappedpages.internal.latch.LatchBlock;
import io.mappedpages.internal.latch.LatchTable;
import io.mappedpages.internal.storage.ChunkedMapping;
import io.mappedpages.internal.storage.MappedChunks;
import io.mappedpages.internal.storage.PageStorage;

/**
 * What of one opening of the file is in the hands of users, or may be: its bytes in memory, the latches of its pages, and
 * whether anything is lent at all.
 */
public final class LentMapping {

    /** Mapped in one piece; a page never crosses the border between two. */
    private static final long CHUNK_BYTES = 1L << 30;

    private final PageStorage storage;
    private final Geometry geometry;
    private final int pageSize;
    private final ChunkedMapping mapping;
    private final LatchTable latches;
    private final StagingBuffers staging;
    /**
     * Whether pages are lent; once they are not, there is no way back. Public, for who has just taken a latch reads it, and
     * must not call anything.
     */
    public volatile boolean lending = true;
    private volatile boolean lent;
    /** The file must stay so long while it is mapped: a segment of any of these pages may be kept by somebody. */
    private volatile long mostPages;

    private LentMapping(PageStorage storage, Geometry geometry, ChunkedMapping mapping, long pages,
            LatchTable latches) {
        this.storage = storage;
        this.geometry = geometry;
        this.pageSize = geometry.pageSize();
        this.mapping = mapping;
        this.mostPages = pages;
        this.latches = latches;
        this.staging = new StagingBuffers(pageSize);
    }

    /**
     * Maps the file.
     *
     * @param pages   how many pages there are
     * @param latches new ones, of these pages
     */
    public static LentMapping of(PageStorage storage, Geometry geometry, long pages, LatchTable latches)
            throws IOException {
        ChunkedMapping mapping = new ChunkedMapping(storage, CHUNK_BYTES);
        try {
            mapping.cover(geometry.offsetOf(pages));
            mapSuperblock(mapping);
            return new LentMapping(storage, geometry, mapping, pages, latches);
        } catch (IOException | RuntimeException | Error e) {
            mapping.close(Duration.ZERO);
            throw e;
        }
    }

    /** Where every commit writes: ranges can be synced alone only where the file is mapped. */
    private static void mapSuperblock(ChunkedMapping mapping) throws IOException {
        mapping.slice(0, SuperblockSlot.SLOT_1 + SuperblockSlot.BYTES);
    }

    /** {@return the latches of all pages} */
    public LatchTable latches() {
        return latches;
    }

    /** {@return memory for protected pages that are being written} */
    public StagingBuffers staging() {
        return staging;
    }

    /** {@return bytes in a page} */
    public int pageSize() {
        return pageSize;
    }

    /** {@return whether pages are lent} */
    public boolean isLending() {
        return lending;
    }

    /** From now on nothing more is lent: this opening is being closed, or has failed. */
    public void stopLending() {
        lending = false;
        mapping.hideMapped();
    }

    /** From now on pages can only be borrowed, and not read without their latches. */
    public void onlyLend() {
        mapping.hideMapped();
    }

    /** Notes that a page is out for writing: it may be stored to until this opening ends. */
    public void noteLent() {
        if (!lent) {
            lent = true;
        }
    }

    /** {@return whether any page was out for writing} */
    public boolean hasLent() {
        return lent;
    }

    /** {@return the mapped bytes of {@code page}} @throws IOException if they had to be mapped first and that failed */
    public MemorySegment segment(long page) throws IOException {
        return mapping.slice(geometry.offsetOf(page), pageSize);
    }

    /**
     * {@return what is mapped at this moment, for who reads without a latch; nothing once nothing is lent any more} If it is still the
     * same later, the file was neither mapped anew nor closed in between.
     */
    public MappedChunks mapped() {
        return mapping.mapped();
    }

    /** Keeps the bytes of the pages of {@code block} at hand there, as far as they are mapped now. */
    public void keepBytes(LatchBlock block) {
        long bytes = (long) LatchBlock.SIZE * pageSize;
        if (bytes <= CHUNK_BYTES && block.bytes().length() < bytes) { // larger ones are not in one chunk
            MemorySegment mapped = mapping.mappedPart(block.key() * bytes, bytes);
            if (mapped.byteSize() > block.bytes().length()) {
                block.keepBytes(mapped);
            }
        }
    }

    /** Maps what {@code pages} pages need, of which there is a file already. */
    public void ensure(long pages) throws IOException {
        mapping.ensure(geometry.offsetOf(pages));
    }

    /** Notes that there are {@code pages} now. */
    public void grewTo(long pages) {
        mostPages = Math.max(mostPages, pages);
    }

    /** {@return the most pages that there were while this was mapped} */
    public long mostPages() {
        return mostPages;
    }

    /**
     * Maps the file anew if nothing is borrowed at this moment, which takes the segments that somebody may have kept out
     * of use: they throw from then on. Commits use no mapping that is lent (on Linux);
     * {@link LatchTable#whileNothingIsHeld} keeps borrowers from it.
     *
     * @return false if something is borrowed, or a kept segment is just used for I/O; then nothing has changed
     * @throws IOException if what was unmapped cannot be mapped again, or unmapping was broken off (there is no memory for
     *                     it, say)
     */
    public boolean mapAnew() throws IOException {
        boolean[] begun = new boolean[1];
        try {
            boolean done = latches.whileNothingIsHeld(() -> {
                begun[0] = true;
                syncWhatWillBeUnmapped();
                return mapping.unmap();
            });
            if (!done) {
                return false;
            }
            mapSuperblock(mapping);
            return true;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (RuntimeException | Error e) {
            if (begun[0]) {
                throw new IOException("mapping the file anew was broken off", e);
            }
            throw e;
        }
    }

    private void syncWhatWillBeUnmapped() {
        if (lent && !storage.syncsUnmapped()) {
            try {
                storage.sync();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** {@return whether nothing is mapped any more} */
    public boolean isClosed() {
        return mapping.isClosed();
    }

    /** Takes the memory of protected pages back that are being written; those who write them are too late. */
    public void closeStaging() {
        staging.close();
    }

    /** Unmaps the file. {@return whether that was possible before {@code patience} ran out} See {@link ChunkedMapping#close}. */
    public boolean close(Duration patience) {
        return mapping.close(patience);
    }
}
