package io.mappedpages.internal.transaction;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.commit.CommitEvents;
import io.mappedpages.internal.commit.Committer;
import io.mappedpages.internal.commit.JournalPolicy;
import io.mappedpages.internal.fault.LostFile;
import io.mappedpages.internal.fault.LostFileException;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.latch.LatchTable;
import io.mappedpages.internal.latch.WaitCounts;
import io.mappedpages.internal.mapping.LentMapping;
import io.mappedpages.internal.pageio.FileCheck;
import io.mappedpages.internal.pageio.NodeReader;
import io.mappedpages.internal.pageio.PageContents;
import io.mappedpages.internal.recovery.Adopted;
import io.mappedpages.internal.recovery.Replay;
import io.mappedpages.internal.storage.PageStorage;
import io.mappedpages.internal.storage.WatchedStorage;
import io.mappedpages.internal.storage.WriteWatch;
import io.mappedpages.internal.tree.FileState;

/**
 * One opening of the file: reopening makes another of these, and a borrow that is given back late only touches the one it
 * came from. It only holds together what each room knows of the opening; who needs one of these asks for that one.
 */
public final class OpenFile {

    private final WatchedStorage storage;
    private final Adopted adopted;
    private final LentMapping mapping;
    private final FileState state;
    private final PageContents contents;
    private final FileCheck check;
    private final Committer committer;
    private volatile long knownLength;

    private OpenFile(WatchedStorage storage, Adopted found, LentMapping mapping, FileCheck check, long cacheBytes,
            CommitEvents events, JournalPolicy journal, long failedAfter) throws IOException {
        Geometry geometry = found.geometry();
        this.storage = storage;
        this.mapping = mapping;
        this.check = check;
        this.knownLength = geometry.offsetOf(found.pageCount());
        this.contents = new PageContents(geometry);
        this.state = new FileState(geometry, found.metadata(), page -> NodeReader.read(storage, geometry, page),
                mapping.latches()::wasLent, atMost(cacheBytes, geometry.nodeSize()));
        this.adopted = Replay.onto(state, found);
        this.committer = new Committer(storage, adopted, state, contents, check, events, journal, failedAfter);
    }

    /**
     * Maps the file and makes ready to use it. Closing {@code bytes} on failure is the caller's.
     *
     * @param key        what tells the file from others
     * @param cacheBytes heap, about, for each of three things that are kept to be quick: latches, nodes of either tree
     * @param journal    whether it is to have a journal
     * @param failedAfter the last change of the opening before, in this process, if it failed: what is newer has failed
     *                    with it; else {@link Long#MAX_VALUE}
     * @param waitCounts where to count those who wait for latches
     */
    public static OpenFile of(Path path, PageStorage bytes, Object key, Adopted adopted, long cacheBytes,
            CommitEvents events, JournalPolicy journal, long failedAfter, WaitCounts waitCounts)
            throws IOException {
        WatchedStorage storage = new WatchedStorage(bytes);
        LentMapping mapping = LentMapping.of(storage, adopted.geometry(), adopted.pageCount(),
                new LatchTable(atMost(cacheBytes, LatchTable.BLOCK_BYTES), waitCounts));
        try {
            return new OpenFile(storage, adopted, mapping, FileCheck.of(path, storage, key), cacheBytes, events,
                    journal, failedAfter);
        } catch (IOException | RuntimeException | Error e) {
            mapping.close(Duration.ZERO);
            throw e;
        }
    }

    private static int atMost(long bytes, int each) {
        return Math.clamp(bytes / each, 1, Integer.MAX_VALUE);
    }

    /** {@return the file's bytes} */
    public PageStorage storage() {
        return storage;
    }

    /** From now on {@code watch} is told of all that is written, or nobody. */
    public void watchWrites(@Nullable WriteWatch watch) {
        storage.watch(watch);
    }

    /** {@return whether somebody is told of all that is written: then no page may be given up that the file on the disk still needs} */
    boolean isWatched() {
        return storage.isWatched();
    }

    /** {@return what opening found and chose} */
    public Adopted adopted() {
        return adopted;
    }

    /** {@return the sizes that follow from the page size} */
    public Geometry geometry() {
        return adopted.geometry();
    }

    /** {@return what of the file is in the hands of users} */
    public LentMapping mapping() {
        return mapping;
    }

    /** {@return the latches of all pages} */
    public LatchTable latches() {
        return mapping.latches();
    }

    /** {@return metadata and trees} */
    public FileState state() {
        return state;
    }

    /** {@return sums, copies and zeros of whole pages} */
    public PageContents contents() {
        return contents;
    }

    /** For the commit queue alone. */
    Committer committer() {
        return committer;
    }

    /** {@return the last commit that is durable} Any thread. */
    public long generation() {
        return state.metadata().durable().generation();
    }

    /** {@return what the journal records of this opening have, and those of others have not} Under the engine lock. */
    public long journalSalt() {
        return committer.journalSalt();
    }

    /** {@return the newest generation that is known to have changed something} Any thread. */
    public long lastChange() {
        return committer.lastChange();
    }

    /** {@return commits since the last checkpoint, which opening would replay} Any thread. */
    public long recordsSinceCheckpoint() {
        return committer.recordsSinceCheckpoint();
    }

    /** {@return pages in the file, durably} Any thread. */
    public long pageCount() {
        return state.pageCount();
    }

    /** {@return the durable entry of a protected page, or null when the engine lock is needed to tell} Any thread. */
    public @Nullable CopyPair durableEntry(long id) {
        return state.durableEntry(id);
    }

    /** {@return whether this opening has written anything} Any thread. */
    public boolean hasWritten() {
        return committer.hasWritten();
    }

    /**
     * {@return whether what no durable state has may be written now, with a commit beside it} Any thread; asked after it was found out
     * what that is. Not before the first change, and not between the two checkpoints of a pair: what the first one has given up
     * the generation to fall back to may still need.
     */
    boolean mayWriteAhead() {
        return committer.hasWritten() && !committer.isBetweenPair();
    }

    /** {@return how long the file is, or was when that could be told last} Any thread; looks at nothing else. */
    public long length() {
        try {
            return askLength();
        } catch (IOException e) {
            return knownLength;
        }
    }

    /** {@return how long the file was when somebody looked last} Any thread. */
    public long knownLength() {
        return knownLength;
    }

    private long askLength() throws IOException {
        long length = storage.length();
        knownLength = length;
        return length;
    }

    /** Makes the last checkpoint of this opening, if it has written anything to a journal. By who leads, under the engine lock. */
    public void checkpointAtEnd() throws IOException {
        committer.checkpointAtEnd();
    }

    /** {@return whether the first change will move copies of protected pages that are not current} Any thread. */
    public boolean mayMoveCopies() {
        return !committer.hasWritten() && !adopted.records().isEmpty();
    }

    /** {@return how long the file must stay for its pages and for those of the generation to fall back to} */
    public long lengthInUse() {
        return committer.lengthInUse();
    }

    /**
     * {@return the fewest bytes that the file may have while it is mapped} It may have had more pages than it has now, and
     * somebody may keep a segment of one of those: if the file ended before that, using it would fail with an error that
     * comes at any time, and a checksum would end the process.
     */
    long shortestWhileMapped() {
        return Math.max(lengthInUse(), geometry().offsetOf(mapping.mostPages()));
    }

    /**
     * Maps the file anew if nothing is borrowed at this moment, so that all free pages can become anything: see
     * {@link LentMapping#mapAnew}. Under the engine lock. A commit may be on its way to the disk meanwhile: on
     * Linux it uses no mapping that is lent.
     *
     * @return false if something is borrowed or used for I/O; then nothing has changed
     */
    boolean mapAnew() throws IOException {
        boolean done = mapping.mapAnew();
        if (done) {
            state.map().nothingIsLent();
        }
        return done;
    }

    /**
     * Whether the file is as long as its pages need. Without the engine lock, a no may only mean that the file is being
     * trimmed at this moment.
     */
    boolean looksWhole() throws IOException {
        return askLength() >= geometry().offsetOf(pageCount());
    }

    /** Under the engine lock. @throws LostFileException if somebody made the file shorter than its pages need */
    void requireWhole() throws IOException {
        LostFile lost = cutOff();
        if (lost != null) {
            throw new LostFileException(lost);
        }
    }

    private @Nullable LostFile cutOff() throws IOException {
        long needed = geometry().offsetOf(pageCount());
        long length = askLength();
        return length < needed ? new LostFile.CutOff(length, needed) : null;
    }

    /** Any thread. @throws LostFileException if the file is not ours any more */
    void requireOurs() throws LostFileException {
        check.requireOurs();
    }

    /** {@return whether the file is ours and whole for certain, as far as can be told at once} Any thread, and waits for nobody. */
    boolean isOursForCertain() throws IOException {
        return looksWhole() && check.isUntouchedForCertain();
    }

    /** Needs no lock. @throws LostFileException if the name does not lead to the file any more */
    void requireInPlace() throws LostFileException {
        check.requireInPlace();
    }

    /** {@return where the file is if not in its place, or null} Needs no lock. @throws IOException if that cannot be told */
    public @Nullable LostFile lostPlace() throws IOException {
        return check.placeForCertain();
    }

    /** {@return what became of the file, or null if nothing} Under the engine lock. */
    public @Nullable LostFile lost() throws IOException {
        LostFile lost = lostOutside();
        return lost != null ? lost : check.contents();
    }

    /** As {@link #lost}, but without a look into the file, where a commit that failed may have left anything. */
    public @Nullable LostFile lostOutside() throws IOException {
        LostFile lost = check.place();
        return lost != null ? lost : cutOff();
    }
}
