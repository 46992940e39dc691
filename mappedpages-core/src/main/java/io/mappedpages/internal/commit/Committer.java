package io.mappedpages.internal.commit;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.CorruptNodeException;
import io.mappedpages.internal.fault.UnreadableException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.JournalRings;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.format.RecordBuilder;
import io.mappedpages.internal.format.SuperblockSlot;
import io.mappedpages.internal.pageio.FileCheck;
import io.mappedpages.internal.pageio.PageContents;
import io.mappedpages.internal.recovery.Adopted;
import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.storage.PageStorage;
import io.mappedpages.internal.tree.CleanPages;
import io.mappedpages.internal.tree.FileImage;
import io.mappedpages.internal.tree.FileState;

/**
 * Makes changes durable, in one of two ways.
 *
 * <p>A <b>checkpoint</b>: everything that changed goes to the copies that are not current, then a sync, then the superblock
 * slot that is not current, then a sync. Until the last sync is done, the generation before is whole on the medium; after
 * it, the new one is. Nothing of the next generation is written before, but contents of pages that this one does not change.
 *
 * <p>A <b>record</b>, if the file has a journal: users' bytes go to copies that are not current, and a record of all that
 * changed to both rings, then one sync. Until it is done the record does not count; after it, opening makes the changes
 * again. Tree nodes and metadata wait in memory for the next checkpoint.
 *
 * <p>What moves or gives up anything that is named from outside of the journal, or does not fit a record, is a <b>pair</b>
 * of checkpoints: so both metadata pages lead to all records that are in use, and a damaged one loses nothing.
 *
 * <p>Used by the thread that leads the commit queue alone. After an {@link IOException} from here nothing may be tried
 * again on the same opening: a sync that failed once may succeed the next time without having written anything.
 */
public final class Committer {

    /** Commits go on beside a checkpoint until so many times more nodes wait to be written than memory is meant for. */
    private static final int MOST_TIMES_FULL = 4;
    /** What a medium writes as a whole, or not, has as many bytes or more. */
    private static final int SECTOR = 512;
    /** Raising the high-water mark is a commit more, so it is raised by so many pages more than are needed. */
    private static final int PAGES_AHEAD = CleanPages.MOST;

    private final PageStorage storage;
    private final Geometry geometry;
    private final FileState state;
    private final PageContents contents;
    private final FileCheck check;
    private final CommitEvents events;
    private final Adopted adopted;
    private final JournalPolicy policy;
    private final Journal journal;
    private final long failedAfter;

    private int slotIndex;
    private SuperblockSlot slot;
    private long highestGeneration;
    /** Since the last checkpoint, whose slot would say so. */
    private boolean sparse;
    /** Read without the lock by those who only want to know whether to take it. */
    private volatile boolean settled;
    private volatile boolean betweenPair;
    private boolean committed;
    /** Why nothing may be committed any more. */
    private volatile @Nullable Throwable stopped;
    private volatile long lastChange;

    /**
     * For one opening of a file, whose records were replayed. Writes nothing yet.
     *
     * @param failedAfter the last change of the opening before, in this process, if it failed: what is newer has failed
     *                    with it; else {@link Long#MAX_VALUE}
     */
    public Committer(PageStorage storage, Adopted adopted, FileState state, PageContents contents, FileCheck check,
            CommitEvents events, JournalPolicy policy, long failedAfter) {
        this.failedAfter = failedAfter;
        this.storage = storage;
        this.adopted = adopted;
        this.geometry = adopted.geometry();
        this.state = state;
        this.contents = contents;
        this.check = check;
        this.events = events;
        this.policy = policy;
        this.journal = new Journal(geometry, adopted.metadata().rings(), adopted.position(),
                adopted.records().size());
        this.slotIndex = adopted.slotIndex();
        this.slot = adopted.slot();
        this.highestGeneration = adopted.highestGeneration();
        this.sparse = adopted.isSparseByRecord();
        this.lastChange = adopted.lastChange();
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

    /** {@return the newest generation that is known to have changed something} Any thread. */
    public long lastChange() {
        return lastChange;
    }

    /** {@return the salt of the records of this opening} Under the engine lock. */
    public long journalSalt() {
        return journal.salt();
    }

    /** {@return records since the last checkpoint} Any thread. */
    public long recordsSinceCheckpoint() {
        return journal.records();
    }

    /** Before each change: makes sure that the file still is ours. Under the engine lock. */
    public void requireOurs() throws IOException {
        check.requireOurs();
    }

    /**
     * Before the first change, or the first page lent for writing: makes what was adopted durable, and writes over what was
     * rejected. Does nothing after that.
     *
     * <p>What opening read may be in the page cache only (the process before was killed, or its sync failed); building
     * on it would overwrite the only state that the medium has, and what a user stores into a page that is allocated in
     * the cache only would be lost with it, or turn up in a page that is handed out as new. After a sync that failed the
     * cache may take pages for written that are not: so the contents that the last record names are written once more, see
     * {@link LastContents}. And a newer generation that was rejected for one bad page must not become whole when a later
     * commit happens to write that page as it should have been; with a journal a pair of checkpoints with another salt sees to that.
     *
     * <p>By who leads, without the engine lock: all that was written to the file before may have to go to the disk, and who
     * reads need not wait for that.
     */
    public void settle(LockedSteps lock) throws IOException {
        if (settled) {
            return;
        }
        makeAdoptedDurable();
        boolean isPair = journal.exists();
        Optional<Batch> first = lock.locked(this::sealedFirst);
        if (first.isPresent()) {
            complete(first.get(), lock);
        }
        if (isPair) {
            checkpoint(lock);
        }
        settled = true; // last: who sees this takes copies that were moved until now
    }

    private void makeAdoptedDurable() throws IOException {
        if (!adopted.generationLost()) {
            // Behind the last page may be what a growth left that did not get as far as a commit: bytes that were to be
            // zeros and are not. A later growth relies on zeros there.
            storage.truncate(geometry.offsetOf(adopted.keptPages()));
        }
        storage.sync();
        writeSlot(slotIndex, slot, false);
        if (adopted.otherGivenUp()) {
            spoilOtherMetadata();
            writeSlot(1 - slotIndex, slot, false);
        }
    }

    /** {@return the checkpoint that takes over all that was found, if there is anything to say} */
    private Optional<Batch> sealedFirst() throws IOException {
        raiseHighWater();
        JournalRings rings = journal.rings();
        if (!rings.exist()) {
            return adopted.newerWasRejected() || state.hasUncommitted() ? Optional.of(sealed(newBatch()))
                    : Optional.empty();
        }
        boolean keeps = policy.wanted() || !canGiveUp(rings);
        journal.begin(keeps ? rings : JournalRings.NONE, newSalt());
        Batch first = newBatch();
        first.takeOver(adopted.records().size());
        if (!adopted.records().isEmpty()) {
            new LastContents(storage, geometry, state, contents, adopted).save(first, failedAfter);
        }
        if (!keeps) {
            giveUp(rings); // last: until now its pages must not be taken for free
        }
        return Optional.of(sealed(first));
    }

    private Batch sealed(Batch checkpoint) throws IOException {
        sealCheckpoint(checkpoint);
        return checkpoint;
    }

    private void complete(Batch sealed, LockedSteps lock) throws IOException {
        write(sealed);
        lock.locked(() -> {
            publish(sealed);
            return Boolean.TRUE;
        });
    }

    private void checkpoint(LockedSteps lock) throws IOException {
        complete(lock.locked(() -> sealed(newCheckpoint())), lock);
    }

    /** A journal whose pages are noted in a damaged node stays. */
    private boolean canGiveUp(JournalRings rings) throws IOException {
        try {
            for (long ring : new long[] {rings.ringA(), rings.ringB()}) {
                for (long page = ring; page < ring + rings.pages(); page = state.map().endOfLeaf(page)) {
                    state.map().state(page);
                }
            }
            return true;
        } catch (CorruptNodeException | UnreadableException e) {
            return false;
        }
    }

    private long newSalt() {
        return policy.newSalt(adopted.position().salt());
    }

    private void giveUp(JournalRings rings) throws IOException {
        for (long ring : new long[] {rings.ringA(), rings.ringB()}) {
            for (long page = ring; page < ring + rings.pages(); page++) {
                state.map().state(page, PageState.FREE);
            }
        }
    }

    /**
     * If this opening has written anything and there is a journal, makes a checkpoint that has all of it, and says that nothing
     * follows: the next opening need not read the rings to know. That one begins with checkpoints before it writes records.
     * Nothing may run beside it, or come after it. It is tried once: what was taken for a checkpoint that failed would not be in the
     * next one.
     */
    public void checkpointAtEnd() throws IOException {
        if (settled && journal.exists() && !journal.hasEnded()) {
            journal.end();
            checkpoint(LockedSteps.HELD);
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
     * Writes over the head of the metadata page of the generation that was given up. With some of its old sectors and some of those
     * that the next commit writes, zeros most of all, it could be whole again, and that generation would come back. If the page could
     * not be read all of it is written: a block that cannot be read can only be written whole.
     *
     * <p>After that the adopted slot goes into the other place, too: the next commit writes that page, and if the power goes a sector of
     * it may be unreadable. As long as it is named, nobody could tell that it does not matter. And without a journal two slots of one
     * generation tell the next opening that a generation was given up, should that commit not come to its end.
     */
    private void spoilOtherMetadata() throws IOException {
        long page = 1L + (1 - slot.activeMetadata());
        boolean isUnread = adopted.unread().stream().anyMatch(failure -> failure.page() == page);
        byte[] zeros = new byte[isUnread ? geometry.nodeSize() : SECTOR];
        storage.write(geometry.offsetOf(page), zeros, 0, zeros.length);
        sync(List.of(new ByteRange(geometry.offsetOf(page), zeros.length)), false);
    }

    /**
     * Whether the commit being put together may write to all pages below {@code limit}: only pages below the durable high-water
     * mark may be written before a flip, so that pages above it are zeros whatever crashes. If not, this commit raises the
     * mark, by some more pages than are needed now, and the next one may.
     */
    public boolean allowsNodesBelow(long limit) {
        long mark = state.metadata().durable().highWater();
        boolean allowed = limit <= mark;
        if (!allowed) {
            long ahead = Math.min(state.metadata().current().pageCount(), limit + PAGES_AHEAD);
            noteZeros(limit, ahead);
            noteZeros(mark, Math.min(limit, mark + PAGES_AHEAD)); // some may be left over between the copies of protected pages
            state.metadata().raiseHighWater(Math.max(limit, ahead));
        }
        return allowed;
    }

    private void noteZeros(long from, long to) {
        for (long page = from; page < to; page++) {
            state.map().noteZero(page);
        }
    }

    /** {@return what the next commit writes, to be filled} All that is changed from now on is noted in it. */
    public Batch newBatch() {
        RecordBuilder redo = journal.exists() ? new RecordBuilder(journal.longestRecord()) : null;
        state.recordTo(redo);
        return new Batch(storage, geometry, contents, highestGeneration + 1, redo);
    }

    /** {@return whether the file should get a journal, or a longer one} For who leads. */
    public boolean wantsOtherRings() {
        return policy.wantsOthers(geometry, state.pageCount(), journal.rings());
    }

    /** {@return pages that each ring should have} For who leads. */
    public int suitableRingPages() {
        return suitableRingPages(state.pageCount());
    }

    /** {@return pages that each ring should have if the file had so many pages; 0 if it should have no journal} For who leads. */
    public int suitableRingPages(long pages) {
        return policy.ringPages(geometry, pages);
    }

    /** {@return where the journal is} For who leads. */
    public JournalRings rings() {
        return journal.rings();
    }

    /** {@return what a checkpoint of what is durable writes} For who leads. */
    public Batch newCheckpoint() {
        return new Batch(storage, geometry, contents, highestGeneration + 1, null);
    }

    /**
     * Seals all changes since the last commit as a record: from now on nothing may be changed until they are {@linkplain
     * #publish published}. After {@link #settle}, under the engine lock.
     *
     * @return false if that cannot be, or not now, for want of room; then nothing has happened
     */
    public boolean sealRecord(Batch batch) throws IOException {
        requireNotStopped();
        state.recordTo(null);
        RecordBuilder redo = batch.redo();
        if (redo == null || redo.isTooLong() || !journal.fits(redo.length())) {
            return false;
        }
        byte[] record = journal.seal(redo, batch.generation(), state.counts(batch.isSparse()));
        batch.seal(record, journal.places());
        batch.hasChanges(true);
        highestGeneration = batch.generation();
        return true;
    }

    /** As {@link #sealRecord}, as a checkpoint. No other one may be on its way. */
    public void sealCheckpoint(Batch batch) throws IOException {
        requireNotStopped();
        state.recordTo(null);
        batch.takeOver(journal.records());
        JournalRings moved = batch.movedRings();
        if (moved != null) {
            journal.begin(moved, newSalt());
        }
        FileImage image = state.image();
        journal.checkpointBegun();
        batch.hasChanges(state.hasUncommitted());
        batch.seal(new CheckpointImage(image, journal.rings(), journal.position(), slot, sparse || batch.isSparse()));
        highestGeneration = batch.generation();
    }

    /** {@return whether what was sealed has to be followed by a second checkpoint before anything else may happen} */
    public boolean needsTwin(Batch batch) {
        return !batch.isRecord() && journal.exists();
    }

    /**
     * {@return whether a checkpoint should be made, so that there is room for more records, or in memory for more changed nodes}
     * Under the engine lock.
     */
    public boolean isCheckpointDue() {
        return journal.isCheckpointDue() || (journal.isCheckpointPossible() && state.timesFullOfChanges() > 0);
    }

    /**
     * {@return whether a checkpoint has to be durable before another record is made: there is no room for it, or far too many
     * nodes wait in memory to be written} Under the engine lock.
     */
    public boolean isCheckpointNeeded() {
        return journal.isFull() || (journal.records() > 0 && state.timesFullOfChanges() >= MOST_TIMES_FULL);
    }

    /** {@return whether commits may be records} For who leads. */
    public boolean hasJournal() {
        return journal.exists();
    }

    /** From before the first checkpoint of a pair is published until the second one is durable. For who leads. */
    public void betweenPair(boolean isBetween) {
        betweenPair = isBetween;
    }

    /** {@return whether only one checkpoint of a pair may be durable} Any thread. */
    public boolean isBetweenPair() {
        return betweenPair;
    }

    /** Nothing may be committed any more, whatever becomes of those who are to be told. Any thread. */
    public void stop(Throwable cause) {
        stopped = cause;
    }

    private void requireNotStopped() throws IOException {
        Throwable cause = stopped;
        if (cause != null) {
            throw new IOException("a checkpoint has failed", cause);
        }
    }

    /** Makes what was sealed durable as one generation. Without the engine lock. */
    public void write(Batch batch) throws IOException {
        if (batch.isRecord()) {
            List<ByteRange> zeroed = batch.writeZerosFirst();
            if (!zeroed.isEmpty()) {
                storage.sync(zeroed);
                batch.synced();
            }
            batch.writeNamed();
            sync(batch);
        } else {
            if (batch.isBeside()) {
                // Before anything is written: what syncs beside others is told only of what fails from then on.
                storage.syncBeside(List.of());
            }
            batch.writeNamed();
            sync(batch);
            writeSlot(1 - slotIndex, batch.slot(), batch.isBeside());
            batch.synced();
        }
    }

    /** What was written is what all see from now on. Under the engine lock. */
    public void publish(Batch batch) throws IOException {
        requireNotStopped();
        committed = true;
        sparse |= batch.isSparse();
        if (batch.hasChanges() || !journal.exists()) {
            state.publishChanges(batch.generation());
            lastChange = batch.generation();
        }
        if (batch.isRecord()) {
            journal.published();
            batch.cleaned().forEach(state.map()::cleaned);
        } else {
            batch.image().publish(state);
            journal.checkpointed();
            slotIndex = 1 - slotIndex;
            slot = batch.slot();
        }
        tell(batch);
    }

    private void tell(Batch batch) {
        if (!batch.isRecord() && journal.exists() && batch.callers() == 0) {
            events.checkpointed(batch.generation(), batch.recordsTaken(), batch.bytesWritten(), batch.syncs(),
                    batch.nanos());
        } else {
            events.committed(batch.generation(), batch.callers(), batch.bytesWritten(), batch.syncs(), batch.nanos());
        }
    }

    /** Makes durable what {@code batch} has written, and users' bytes that it covers. */
    public void sync(Batch batch) throws IOException {
        sync(batch.written(), batch.isBeside());
        batch.synced();
    }

    private void sync(List<ByteRange> ranges, boolean beside) throws IOException {
        if (beside) {
            storage.syncBeside(ranges);
        } else {
            storage.sync(ranges);
        }
    }

    private void writeSlot(int index, SuperblockSlot content, boolean beside) throws IOException {
        int offset = SuperblockSlot.offsetOf(index);
        check.writeSlot(index, content.encode());
        sync(List.of(new ByteRange(offset, SuperblockSlot.BYTES)), beside);
    }
}
