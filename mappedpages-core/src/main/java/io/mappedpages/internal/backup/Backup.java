package io.mappedpages.internal.backup;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.LongConsumer;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.latch.Latch;
import io.mappedpages.internal.reading.ReadOnlyFile;
import io.mappedpages.internal.table.NumberRanges;
import io.mappedpages.internal.thread.Deadline;
import io.mappedpages.internal.thread.Uninterruptible;
import io.mappedpages.internal.transaction.CommitQueue;
import io.mappedpages.internal.transaction.EngineLock;
import io.mappedpages.internal.transaction.OpenFile;
import io.mappedpages.internal.transaction.Openings;
import io.mappedpages.internal.tree.StateRun;

/**
 * One backup of a file that is open and in use.
 *
 * <ol>
 * <li>What the file itself uses, and the copies of protected pages, are copied as they are found, while {@link Changes} notes what is
 * written meanwhile; that is copied again, until little is left.
 * <li>Between two commits the backup becomes one of that moment. What it does not have yet is copied now, or saved by who is about
 * to write over it.
 * <li>What the backup has by now is opened, to be read: so it does open, and it says what each page was used for at that moment.
 * <li>These are copied, each as it is found by who borrows it to read. One that was freed since has not lost its content:
 * pages are cleaned when they are handed out again, and that is a write.
 * </ol>
 *
 * <p>Nothing that a trim does may happen meanwhile, see {@link OpenFile#isWatched}: it frees nodes, which the last checkpoint on the disk may still lead to.
 */
public final class Backup {

    /** Read at once, in bytes, as far as pages are not larger. Who writes over one of them may wait for it. */
    private static final int PIECE = 256 << 10;
    /** Pages that may be left to be copied at the moment that counts. */
    private static final long FEW = 256;
    /** Times to copy what was written meanwhile. */
    private static final int MOST_PASSES = 8;
    /** Times to look whether a checkpoint has come to its end, and between two of them, in nanoseconds: a second in all. */
    private static final int MOST_TRIES = 200;
    private static final long PAUSE_NANOS = 5_000_000;
    /** Heap, about, for the nodes of each tree when the regular pages are looked up. */
    private static final long CACHE_BYTES = 4L << 20;
    /** Saved pages, in bytes: what it waits for in the target must not keep those from writing who use the file. */
    private static final long MOST_SAVED = 64L << 20;
    /** Or so many pages, if these are large. */
    private static final long FEWEST_SAVED = 8;

    private final OpenFile file;
    private final Openings openings;
    private final EngineLock lock;
    private final CommitQueue queue;
    private final BackupTarget target;
    private final LongConsumer progress;
    private final Geometry geometry;
    private final Changes changes;
    private final byte[] buffer;
    private final int pagesAtOnce;
    /** The superblock: last of all, so that nothing opens before all is there. */
    private byte @Nullable [] first;
    private long extended;
    private long generation;
    private long pageCount;
    private long bytes;
    private long savedPages;
    private long unlatched;

    /**
     * What was copied.
     *
     * @param generation the last commit that is in it
     * @param pages      pages of the file at that moment
     * @param bytes      bytes that were put into the target, some perhaps several times
     * @param savedPages pages that were saved before they were written over
     * @param beingWritten regular pages that somebody had borrowed for writing for longer than a call waits; they were copied as they were
     */
    public record Done(long generation, long pages, long bytes, long savedPages, long beingWritten) {
    }

    private Backup(OpenFile file, Openings openings, EngineLock lock, CommitQueue queue, BackupTarget target,
            LongConsumer progress) {
        this.file = file;
        this.openings = openings;
        this.lock = lock;
        this.queue = queue;
        this.target = target;
        this.progress = progress;
        this.geometry = file.geometry();
        this.changes = new Changes(file.storage(), geometry,
                Math.max(MOST_SAVED, FEWEST_SAVED * geometry.pageSize()));
        this.buffer = new byte[Math.max(PIECE, geometry.pageSize())];
        this.pagesAtOnce = Math.min(Long.SIZE, buffer.length / geometry.pageSize());
    }

    /**
     * Makes a backup of the current opening.
     *
     * @param progress is told how many bytes were copied, again and again; what it throws ends the backup
     * @throws IOException    if something is wrong with the target
     * @throws FaultException if something is wrong with the file, or if more was written over than could be saved
     */
    public static Done make(Openings openings, EngineLock lock, CommitQueue queue, BackupTarget target,
            LongConsumer progress) throws IOException {
        OpenFile file = openings.usable();
        Backup backup = new Backup(file, openings, lock, queue, target, progress);
        file.watchWrites(backup.changes);
        try {
            return backup.make();
        } finally {
            file.watchWrites(null);
        }
    }

    private Done make() throws IOException {
        // A trim that was at work takes no further step now. Of what it did the file itself shall know, and not the journal alone.
        queue.checkpoint();
        // What was written before anybody was told of it belongs to a state that is published by now, or to pages that are promised.
        queue.settled(file, now -> {
            now.state().map().reserved().forEachRange(changes::want);
            return true;
        });
        copyWhatIsInUse();
        copyWhatWasWritten();
        fix();
        extend(geometry.offsetOf(pageCount));
        copyRest();
        try (ReadOnlyFile state =
                new ReadOnlyFile(new Copied(target, superblock(), extended), openings.path(), false, CACHE_BYTES,
                        openings.borrowTimeout())) {
            generation = state.generation();
            dismiss(state);
            copyRegularPages(state);
        }
        file.watchWrites(null);
        putSaved();
        target.put(0, superblock(), 0, geometry.pageSize());
        return new Done(generation, pageCount, bytes, savedPages, unlatched);
    }

    /** Not while a checkpoint is half written, if that comes to its end: what opens the backup would have to roll it back. */
    private void fix() throws IOException {
        int tries = MOST_TRIES;
        while (!fixed(--tries == 0)) {
            Uninterruptible.sleep(PAUSE_NANOS);
            copyWhatWasWritten();
        }
    }

    private boolean fixed(boolean whateverIsOnItsWay) {
        return queue.settled(file, now -> {
            if (!whateverIsOnItsWay && queue.isCheckpointOnItsWay()) {
                return false;
            }
            changes.fix(now.pageCount());
            pageCount = now.pageCount();
            return true;
        });
    }

    private byte[] superblock() {
        if (first == null) {
            throw new IllegalStateException("the superblock was not copied");
        }
        return first;
    }

    private StateRun runAt(long from) {
        return lock.on(file, open -> open.state().map().runs().at(from));
    }

    private static boolean isOfUsers(StateRun run) {
        return run.state() == PageState.DATA || run.state() == StateRun.UNKNOWN;
    }

    private void copyWhatIsInUse() throws IOException {
        for (long from = 0; from < file.pageCount();) {
            StateRun run = runAt(from);
            if (run.state() != PageState.FREE && run.state() != PageState.DATA) { // also what is not known: it may be a node
                changes.want(run.first(), run.end());
                copyFound(run.first(), run.end());
            }
            from = run.end();
        }
    }

    /** As the pages are at this moment; what is written to them meanwhile is noted. */
    private void copyFound(long from, long end) throws IOException {
        for (long page = from; page < end;) {
            int count = (int) Math.min(pagesAtOnce, end - page);
            changes.copyingBefore(page, page + count);
            read(page, count, 0);
            put(page, count);
            page += count;
        }
    }

    private void copyWhatWasWritten() throws IOException {
        long before = Long.MAX_VALUE;
        for (int pass = 0; pass < MOST_PASSES; pass++) {
            long copied = 0;
            for (long word = 0; word < file.pageCount(); word += Long.SIZE) {
                for (long missing = changes.missing(word, word + Long.SIZE); missing != 0;) {
                    long from = word + Long.numberOfTrailingZeros(missing);
                    long end = endOfRun(word, missing);
                    copyFound(from, end);
                    copied += end - from;
                    missing &= ~PageBits.mask(from, end);
                }
            }
            if (copied <= FEW || copied >= before) {
                return;
            }
            before = copied;
        }
    }

    /** {@return the first page behind the first ones in a row of a word of pages} */
    private static long endOfRun(long word, long pages) {
        int first = Long.numberOfTrailingZeros(pages);
        return word + first + Long.numberOfTrailingZeros(~(pages >>> first));
    }

    /** What is still missing, but the pages that are regular ones now: those were regular, or free, or have been saved by now. */
    private void copyRest() throws IOException {
        for (long from = 0; from < pageCount;) {
            StateRun run = from < file.pageCount() ? runAt(from) : new StateRun(from, pageCount, PageState.FREE);
            if (run.state() != PageState.DATA) {
                copyMissing(run.first(), Math.min(pageCount, run.end()));
            }
            putSaved(); // that may be much, until it is known what need not be saved
            from = run.end();
        }
        putSaved(); // among them may be nodes that are needed now
    }

    /** Copies what was to be copied and is not yet, without latches. */
    private void copyMissing(long from, long end) throws IOException {
        for (long page = from; page < end;) {
            long next = Math.min(end, Math.min(page + pagesAtOnce, (page / Long.SIZE + 1) * Long.SIZE));
            copyMissingAtOnce(page, next);
            page = next;
        }
    }

    private void copyMissingAtOnce(long from, long end) throws IOException {
        long word = from / Long.SIZE * Long.SIZE;
        while (changes.missing(from, end) != 0) {
            long[] run = {from, from};
            changes.excluding(from, () -> {
                long missing = changes.missing(from, end);
                if (missing != 0) {
                    run[0] = word + Long.numberOfTrailingZeros(missing);
                    run[1] = Math.min(end, endOfRun(word, missing));
                    read(run[0], (int) (run[1] - run[0]), 0);
                    changes.copied(run[0], run[1]);
                }
            });
            put(run[0], (int) (run[1] - run[0]));
        }
    }

    /** Tells who writes what need not be saved any more, or it would save all pages that it writes to once. */
    private void dismiss(ReadOnlyFile state) throws IOException {
        for (StateRun run = state.nextRun(0); run != null; run = state.nextRun(run.end())) {
            if (run.state() == PageState.FREE) {
                changes.copied(run.first(), run.end());
            } else if (!isOfUsers(run)) {
                changes.want(run.first(), run.end()); // they have the content of that moment still, or it was saved
                copyMissing(run.first(), run.end());
                changes.areNotRegular(run.first(), run.end());
            }
            putSaved();
        }
    }

    private void copyRegularPages(ReadOnlyFile state) throws IOException {
        NumberRanges later = new NumberRanges();
        Latch latch = new Latch(file.latches(), 0);
        for (StateRun run = state.nextRun(0); run != null; run = state.nextRun(run.end())) {
            if (isOfUsers(run)) {
                copyLatched(latch, run.first(), run.end(), later);
            }
        }
        Deadline deadline = openings.deadline(); // for all of them together
        for (long page = later.nextInside(0, pageCount); page < pageCount;) {
            copyWhateverIsThere(latch, page, deadline);
            page = later.nextInside(page + 1, pageCount);
        }
    }

    private void copyLatched(Latch latch, long from, long end, NumberRanges later) throws IOException {
        long begin = from;
        int count = 0;
        for (long page = from; page < end; page++) {
            boolean copied = false;
            if (!changes.isCopied(page)) {
                latch.aim(page);
                if (latch.acquireShared(Deadline.none())) {
                    copied = readAndRelease(latch, page, count);
                } else {
                    later.add(page, page + 1);
                }
            }
            count += copied ? 1 : 0;
            if (!copied || count == pagesAtOnce) {
                put(begin, count);
                begin = page + 1;
                count = 0;
            }
        }
        put(begin, count);
    }

    private boolean readAndRelease(Latch latch, long page, int at) throws IOException {
        try {
            return readUnlessSaved(page, at);
        } finally {
            latch.release();
        }
    }

    private boolean readUnlessSaved(long page, int at) throws IOException {
        boolean[] wasRead = new boolean[1];
        changes.excluding(page, () -> {
            if (!changes.isCopied(page)) {
                read(page, 1, at);
                changes.copied(page, page + 1);
                wasRead[0] = true;
            }
        });
        return wasRead[0];
    }

    /** Waits for who writes to the page, if there is time left. */
    private void copyWhateverIsThere(Latch latch, long page, Deadline deadline) throws IOException {
        if (changes.isCopied(page)) {
            return;
        }
        latch.aim(page);
        boolean latched = latch.acquireShared(deadline);
        boolean copied = latched ? readAndRelease(latch, page, 0) : readUnlessSaved(page, 0);
        if (copied) {
            unlatched += latched ? 0 : 1;
            put(page, 1);
        }
    }

    private void read(long page, int count, int at) {
        int size = geometry.pageSize();
        try {
            file.storage().read(geometry.offsetOf(page), buffer, at * size, count * size);
        } catch (IOException once) {
            for (int i = 0; i < count; i++) { // a read that fails is tried twice
                readAgain(page + i, (at + i) * size, once);
            }
        }
    }

    private void readAgain(long page, int at, IOException before) {
        try {
            file.storage().read(geometry.offsetOf(page), buffer, at, geometry.pageSize());
        } catch (IOException e) {
            requireUsable(); // it may have been closed
            FaultException failure = new FaultException(
                    new Fault.Unreadable(openings.path(), Fault.Part.REGULAR, page, -1, String.valueOf(e.getMessage())),
                    e);
            failure.addSuppressed(before);
            throw failure;
        }
    }

    private void put(long page, int count) throws IOException {
        if (count == 0) {
            return;
        }
        int size = geometry.pageSize();
        if (page == 0) {
            first = Arrays.copyOf(buffer, size);
        }
        putBytes(page, buffer, count);
        putSaved();
        requireUsable();
        progress.accept(bytes);
    }

    private void putBytes(long page, byte[] content, int count) throws IOException {
        if (geometry.offsetOf(page + count) > extended) {
            extend(Math.max(geometry.offsetOf(page + count), geometry.offsetOf(file.pageCount())));
        }
        int skipped = page == 0 ? geometry.pageSize() : 0;
        target.put(geometry.offsetOf(page) + skipped, content, skipped, count * geometry.pageSize() - skipped);
        bytes += (long) count * geometry.pageSize();
    }

    private void extend(long to) throws IOException {
        if (to > extended) {
            target.extend(extended, to);
            extended = to;
        }
    }

    private void putSaved() throws IOException {
        for (Changes.Saved saved = changes.next(); saved != null; saved = changes.next()) {
            if (saved.page == 0) {
                first = saved.bytes;
            } else {
                putBytes(saved.page, saved.bytes, 1);
            }
            savedPages++;
        }
        Throwable failure = changes.failure();
        if (failure != null) {
            requireUsable(); // it may have been closed
            throw new FaultException(failure instanceof Changes.OvertakenException
                    ? new Fault.Overtaken(openings.path(), changes.mostSavedBytes())
                    : new Fault.Io(openings.path(), Fault.Doing.BACKING_UP), failure);
        }
    }

    /** Whoever closes the file, or opens it anew, ends the backup. */
    private void requireUsable() {
        if (openings.usable() != file) {
            throw openings.refusal();
        }
    }
}
