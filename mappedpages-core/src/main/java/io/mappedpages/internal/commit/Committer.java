package io.mappedpages.internal.commit;

import java.io.IOException;
import java.util.List;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.SuperblockSlot;
import io.mappedpages.internal.pageio.FileCheck;
import io.mappedpages.internal.pageio.PageContents;
import io.mappedpages.internal.recovery.Adopted;
import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.storage.PageStorage;
import io.mappedpages.internal.tree.FileState;

/**
 * Makes changes durable: everything that changed goes to the copies that are not current, then a sync, then the
 * superblock slot that is not current, then a sync. Until the last sync is done, the generation before is whole on the
 * medium; after it, the new one is. Nothing of the next generation is written before.
 *
 * <p>Used by the thread that leads the commit queue alone. After an {@link IOException} from here nothing may be tried
 * again on the same opening: a sync that failed once may succeed the next time without having written anything.
 */
public final class Committer {

    private final PageStorage storage;
    private final Geometry geometry;
    private final FileState state;
    private final PageContents contents;
    private final FileCheck check;
    private final CommitEvents events;
    private final Adopted adopted;

    private int slotIndex;
    private SuperblockSlot slot;
    private long highestGeneration;
    /** Of what was sealed last. */
    private CopyPair mapRoot = CopyPair.NONE;
    private CopyPair directoryRoot = CopyPair.NONE;
    /** Read without the lock by those who only want to know whether to take it. */
    private volatile boolean settled;
    private boolean committed;

    /** For one opening of a file. Writes nothing yet. */
    public Committer(PageStorage storage, Adopted adopted, FileState state, PageContents contents, FileCheck check,
            CommitEvents events) {
        this.storage = storage;
        this.adopted = adopted;
        this.geometry = adopted.geometry();
        this.state = state;
        this.contents = contents;
        this.check = check;
        this.events = events;
        this.slotIndex = adopted.slotIndex();
        this.slot = adopted.slot();
        this.highestGeneration = adopted.highestGeneration();
    }

    /** {@return how long the file must stay for its pages and for those of the generation to fall back to} */
    public long lengthInUse() {
        long pages = state.pageCount();
        return geometry.offsetOf(committed ? pages : Math.max(pages, adopted.keptPages()));
    }

    /** {@return whether this opening has written anything} Any thread. */
    public boolean hasWritten() {
        return settled;
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
    public void settle() throws IOException {
        check.requireOurs();
        if (settled) {
            return;
        }
        if (!adopted.generationLost()) {
            // Behind the last page may be what a growth left that did not get as far as a commit: bytes that were to be
            // zeros and are not. A later growth relies on zeros there.
            storage.truncate(geometry.offsetOf(adopted.keptPages()));
        }
        storage.sync();
        writeSlot(slotIndex, slot);
        if (adopted.generationLost()) {
            replaceOtherSlot();
        }
        settled = true;
        raiseHighWater();
        if (adopted.newerWasRejected() || state.hasUncommitted()) {
            Batch batch = newBatch();
            seal(batch);
            write(batch);
            publish(batch);
        }
    }

    /** Over all pages that are not known to read as zeros. */
    private void raiseHighWater() throws IOException {
        if (adopted.generationLost()) {
            // The lost generation, and the attempt after it, may have used any page there is.
            state.metadata().raiseHighWater(Math.ceilDiv(storage.length(), (long) geometry.pageSize()));
        } else if (adopted.keptPages() > state.pageCount()) {
            // The file was being trimmed. Behind the pages that are left a growth that did not get as far as a commit may
            // have been writing zeros when the power went, and the generation before still needs the file to be so long.
            state.metadata().raiseHighWater(adopted.keptPages());
        }
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
     * Whether the commit being put together may write tree nodes to all pages below {@code limit}: only pages below the
     * durable high-water mark may be written before a flip, so that pages above it are zeros whatever crashes. If not, this
     * commit raises the mark, and the next one may.
     */
    public boolean allowsNodesBelow(long limit) {
        boolean allowed = limit <= state.metadata().durable().highWater();
        if (!allowed) {
            state.metadata().raiseHighWater(limit);
        }
        return allowed;
    }

    /** {@return what the next commit writes, to be filled} */
    public Batch newBatch() {
        return new Batch(storage, geometry, contents, highestGeneration + 1);
    }

    /**
     * Seals all changes since the last commit: from now on nothing may be changed until they are {@linkplain #publish
     * published}. After {@link #settle}, under the engine lock.
     */
    public void seal(Batch batch) throws IOException {
        long generation = batch.generation();
        mapRoot = state.map().tree().seal(generation, batch::node);
        directoryRoot = state.directory().tree().seal(generation, batch::node);
        MetadataPage page = state.metadata().working();
        page.mapHeight(state.map().tree().height());
        page.mapRoot(mapRoot);
        page.directoryHeight(state.directory().tree().height());
        page.directoryRoot(directoryRoot);
        SuperblockSlot next = slot.flippedTo(generation, page.seal(generation));
        batch.seal(batch.isSparse() ? next.markedSparse() : next, page.bytes());
    }

    /** Makes what was sealed durable as one generation. Without the engine lock. */
    public void write(Batch batch) throws IOException {
        batch.writeNamed();
        storage.sync(batch.written());
        writeSlot(1 - slotIndex, batch.slot());
    }

    /** What was written is what all see from now on. Under the engine lock. */
    public void publish(Batch batch) {
        committed = true;
        state.metadata().publish();
        state.map().tree().publish(mapRoot);
        state.directory().tree().publish(directoryRoot);
        slotIndex = 1 - slotIndex;
        slot = batch.slot();
        highestGeneration = batch.generation();
        events.committed(batch.generation(), batch.bytesWritten() + SuperblockSlot.BYTES, batch.nanos());
    }

    /** Makes users' bytes durable that {@code batch} covers, if there is nothing else in it. */
    public void sync(Batch batch) throws IOException {
        storage.sync(batch.written());
    }

    private void writeSlot(int index, SuperblockSlot content) throws IOException {
        int offset = SuperblockSlot.offsetOf(index);
        check.writeSlot(index, content.encode());
        storage.sync(List.of(new ByteRange(offset, SuperblockSlot.BYTES)));
    }
}
