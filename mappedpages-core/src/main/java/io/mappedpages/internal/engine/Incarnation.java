package io.mappedpages.internal.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.SuperblockSlot;
import io.mappedpages.internal.format.TreeNode;
import io.mappedpages.internal.storage.ChunkedMapping;
import io.mappedpages.internal.storage.PageStorage;

/**
 * Everything that belongs to one opening of the file: reopening makes another of these, and a borrow that is given back
 * late only touches the one it came from.
 */
final class Incarnation {

    /** Mapped in one piece; a page never crosses the border between two. */
    private static final long CHUNK_BYTES = 1L << 30;

    final PageStorage storage;
    final Geometry geometry;
    final int pageSize;
    final ChunkedMapping mapping;
    final LatchTable latches;
    final Metadata metadata;
    final PageMap map;
    final Directory directory;
    final PageContents contents;
    final FileCheck check;
    final StagingBuffers staging;
    final Committer committer;
    final Adopted adopted;

    private final int leavesInMemory;
    /** Whether pages are lent. Read without a call by who has just taken a latch, see {@link PageBorrow#takeShared}. */
    volatile boolean lending = true;
    private volatile boolean lent;
    /** The file must stay so long while it is mapped: a segment of any of these pages may be kept by somebody. */
    private volatile long mostPages;

    private Incarnation(PageStorage storage, Adopted adopted, ChunkedMapping mapping, FileCheck check,
            EngineConfig config) {
        this.storage = storage;
        this.check = check;
        this.latches = new LatchTable(atMost(config.cacheBytes(), LatchTable.BLOCK_BYTES));
        this.leavesInMemory = atMost(config.cacheBytes(), adopted.geometry().nodeSize());
        this.adopted = adopted;
        this.geometry = adopted.geometry();
        this.pageSize = geometry.pageSize();
        this.mapping = mapping;
        this.contents = new PageContents(geometry);
        this.staging = new StagingBuffers(pageSize);
        MetadataPage page = adopted.metadata();
        this.metadata = new Metadata(page);
        this.mostPages = page.pageCount();
        this.map = new PageMap(geometry, metadata, tree(TreeNode.Kind.MAP, geometry.inlineStates(),
                geometry.statesPerLeaf(), page.mapHeight(), page.mapRoot()), latches::wasLent);
        this.directory = new Directory(metadata, tree(TreeNode.Kind.DIRECTORY, 0, geometry.pairsPerNode(),
                page.directoryHeight(), page.directoryRoot()));
        this.committer = new Committer(storage, adopted, metadata, map, directory, contents,
                check, config.events());
    }

    /**
     * Maps the file and makes ready to use it. Closing {@code storage} on failure is the caller's.
     *
     * @param key what tells the file from others
     */
    static Incarnation of(Path path, PageStorage storage, Object key, Adopted adopted, EngineConfig config)
            throws IOException {
        ChunkedMapping mapping = new ChunkedMapping(storage, CHUNK_BYTES);
        try {
            mapping.cover(adopted.geometry().offsetOf(adopted.metadata().pageCount()));
            mapSuperblock(mapping);
            FileCheck check = FileCheck.of(path, storage, key);
            return new Incarnation(storage, adopted, mapping, check, config);
        } catch (IOException | RuntimeException | Error e) {
            mapping.close(Duration.ZERO);
            throw e;
        }
    }

    /** Where every commit writes: ranges can be synced alone only where the file is mapped. */
    private static void mapSuperblock(ChunkedMapping mapping) throws IOException {
        mapping.slice(0, SuperblockSlot.SLOT_1 + SuperblockSlot.BYTES);
    }

    /**
     * Maps the file anew if nothing is borrowed at this moment, which takes the segments that somebody may have kept out
     * of use: they throw from then on, and all free pages can become anything. Under the engine lock, which keeps commits
     * from using the mapping; {@link LatchTable#whileNothingIsHeld} keeps borrowers from it.
     *
     * @return false if something is borrowed, or a kept segment is just used for I/O; then nothing has changed
     * @throws IOException if what was unmapped cannot be mapped again, or unmapping was broken off (there is no memory for
     *                     it, say)
     */
    boolean mapAnew() throws IOException {
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
            map.nothingIsLent();
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

    private CopyTree tree(TreeNode.Kind kind, long base, int leafSpan, int height, CopyPair root) {
        return new CopyTree(geometry, kind, base, leafSpan, height, root,
                page -> NodeReader.read(storage, geometry, page), this::pageCount, leavesInMemory);
    }

    private static int atMost(long bytes, int each) {
        return Math.clamp(bytes / each, 1, Integer.MAX_VALUE);
    }

    /** Forgets what can be read again, if there is too much of it. The caller must have no node in its hands. */
    void shrink() {
        map.tree().shrink();
        directory.tree().shrink();
    }

    /** {@return the mapped bytes of {@code page}} */
    MemorySegment segment(long page) throws IOException {
        return mapping.slice(geometry.offsetOf(page), pageSize);
    }

    /** Keeps the bytes of the pages of {@code block} at hand there, as far as they are mapped now. */
    void keepBytes(LatchBlock block) {
        long bytes = (long) LatchBlock.SIZE * pageSize;
        if (bytes <= CHUNK_BYTES && block.bytes().length() < bytes) { // larger ones are not in one chunk
            MemorySegment mapped = mapping.mappedPart(block.key() * bytes, bytes);
            if (mapped.byteSize() > block.bytes().length()) {
                block.keepBytes(mapped);
            }
        }
    }

    long pageCount() {
        return metadata.durable().pageCount();
    }

    /** Notes that there are {@code pages} now. */
    void grewTo(long pages) {
        mostPages = Math.max(mostPages, pages);
    }

    /**
     * {@return the fewest bytes that the file may have while it is mapped} It may have had more pages than it has now, and
     * somebody may keep a segment of one of those: if the file ended before that, using it would fail with an error that
     * comes at any time, and a checksum would end the process.
     */
    long shortestWhileMapped() {
        return Math.max(committer.lengthInUse(), geometry.offsetOf(mostPages));
    }

    /**
     * Whether the file is as long as its pages need. Without the engine lock, a no may only mean that the file is being
     * trimmed at this moment.
     */
    boolean looksWhole() throws IOException {
        return storage.length() >= geometry.offsetOf(pageCount());
    }

    /** Under the engine lock. @throws LostFileException if somebody made the file shorter than its pages need */
    void requireWhole() throws IOException {
        LostFile lost = cutOff();
        if (lost != null) {
            throw new LostFileException(lost);
        }
    }

    private @Nullable LostFile cutOff() throws IOException {
        long needed = geometry.offsetOf(pageCount());
        long length = storage.length();
        return length < needed ? new LostFile.CutOff(length, needed) : null;
    }

    /** {@return what became of the file, or null if nothing} Under the engine lock, and not while a commit is under way. */
    @Nullable LostFile lost() throws IOException {
        LostFile lost = lostOutside();
        return lost != null ? lost : check.contents();
    }

    /** As {@link #lost}, but without a look into the file, where a commit that failed may have left anything. */
    @Nullable LostFile lostOutside() throws IOException {
        LostFile lost = check.place();
        return lost != null ? lost : cutOff();
    }

    /** Whether something was changed in memory that no commit has made durable. Under the engine lock. */
    boolean hasUncommitted() {
        return metadata.isChanged() || map.tree().isChanged() || directory.tree().isChanged();
    }

    /** From now on nothing more is lent: this opening is being closed, or has failed. There is no way back. */
    void stopLending() {
        lending = false;
    }

    boolean isLending() {
        return lending;
    }

    /** Notes that a page is out for writing: it may be stored to until this opening ends. */
    void noteLent() {
        if (!lent) {
            lent = true;
        }
    }

    /** Whether any page was out for writing. */
    boolean hasLent() {
        return lent;
    }

    /** The durable entry of a protected page if no lock is needed to tell. */
    @Nullable CopyPair durableEntry(long id) {
        return directory.durableEntry(id);
    }
}
