package io.mappedpages.internal.reading;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.JournalPosition;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.pageio.NodeReader;
import io.mappedpages.internal.recovery.Adopted;
import io.mappedpages.internal.recovery.JournalTail;
import io.mappedpages.internal.recovery.Recoverer;
import io.mappedpages.internal.recovery.Recovery;
import io.mappedpages.internal.recovery.Replay;
import io.mappedpages.internal.storage.PageSource;
import io.mappedpages.internal.tree.ColdNodes;
import io.mappedpages.internal.tree.FileState;
import io.mappedpages.internal.tree.NodeMissing;

/**
 * What one checkpoint of a file leads to, and the journal behind it as far as it was read. Goes on to later commits with {@link
 * #advance} until the next checkpoint is in the superblock; then another one of these has to be made. Any thread.
 */
final class Snapshot {

    private final PageSource source;
    private final Superblock superblock;
    private final Adopted adopted;
    private final FileState state;
    /** Guards the state but for what is durable there, which is what any thread may read. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Behind the last record that is in the state. Under the lock. */
    private JournalPosition position;
    /** Whether records may be in the state in part. Under the lock. */
    private boolean spoiled;

    private Snapshot(PageSource source, Superblock superblock, Adopted found, FileState state) throws IOException {
        this.source = source;
        this.superblock = superblock;
        this.state = state;
        this.adopted = Replay.onto(state, found);
        this.position = adopted.position();
    }

    /**
     * Reads the newest state.
     *
     * @param cacheBytes heap, about, for the nodes of each tree
     * @return null if the file was changed meanwhile, so that what was read may be of several states
     * @throws io.mappedpages.internal.fault.FaultException if there is none, or if the file was changed meanwhile
     */
    static @Nullable Snapshot read(PageSource source, Path path, boolean acceptUnreadable, long cacheBytes)
            throws IOException {
        Superblock superblock = Superblock.of(source);
        Adopted found = Recoverer.recoverToRead(source, path, acceptUnreadable);
        Snapshot snapshot = of(source, superblock, found, cacheBytes);
        return superblock.isStill(source) ? snapshot : null;
    }

    /**
     * Reads the newest state of a file without a journal, however fast others commit. What is below its metadata page is not looked at.
     *
     * @return null if there is a journal, or something is wrong
     */
    static @Nullable Snapshot ofNewestCheckpoint(PageSource source, Path path, long cacheBytes) throws IOException {
        Superblock superblock = Superblock.of(source);
        Adopted found = Recoverer.newestCheckpoint(source, path);
        return found == null ? null : of(source, superblock, found, cacheBytes);
    }

    private static Snapshot of(PageSource source, Superblock superblock, Adopted found, long cacheBytes)
            throws IOException {
        Geometry geometry = found.geometry();
        FileState state = new FileState(geometry, found.metadata(), page -> NodeReader.read(source, geometry, page),
                _ -> false, Math.clamp(cacheBytes / geometry.nodeSize(), 1, Integer.MAX_VALUE));
        return new Snapshot(source, superblock, found, state);
    }

    /** What came of looking for later commits. */
    enum Advance {
        /** There are none. */
        NOTHING_NEW,
        /** They are in the state now. */
        MOVED,
        /** There is another checkpoint, or what is in the file does not go with this state any more. */
        OVER
    }

    /**
     * Goes on to the last commit that is in the journal.
     *
     * @throws IOException if something cannot be read of what this state leads to
     */
    Advance advance() throws IOException {
        lock.lock();
        try {
            return spoiled ? Advance.OVER : advanceByTail();
        } catch (IOException e) {
            if (superblock.isStill(source)) {
                throw e;
            }
            return Advance.OVER; // what cannot be read may be behind the new end of the file
        } finally {
            lock.unlock();
        }
    }

    private Advance advanceByTail() throws IOException {
        JournalTail tail = JournalTail.behind(position, adopted, source);
        if (!superblock.isStill(source)) {
            return Advance.OVER;
        }
        if (tail.records().isEmpty()) {
            return Advance.NOTHING_NEW;
        }
        spoiled = true; // until all of it is in the state
        if (!Replay.further(state, tail.records())) {
            return Advance.OVER;
        }
        spoiled = false;
        position = tail.position();
        return Advance.MOVED;
    }

    /**
     * Runs {@code action}, which changes nothing, while nobody goes on to a later commit. Nodes that are not in memory are read
     * without the lock, and then it is begun anew.
     */
    <T extends @Nullable Object> T look(ColdNodes.Action<T> action) throws IOException {
        ColdNodes.Fetched fetched = state.coldNodes().forAction();
        while (true) {
            NodeMissing missing;
            lock.lock();
            try {
                state.shrink();
                return fetched.during(action);
            } catch (NodeMissing e) {
                missing = e;
            } finally {
                lock.unlock();
            }
            fetched.fetch(missing);
        }
    }

    /** {@return whether nothing was committed to the file since} */
    boolean isNewest() throws IOException {
        lock.lock();
        try {
            return JournalTail.behind(position, adopted, source).records().isEmpty() && superblock.isStill(source);
        } catch (IOException e) {
            if (superblock.isStill(source)) {
                throw e;
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** {@return the metadata page, of which all that it says can be read} */
    MetadataPage metadata() {
        lock.lock();
        try {
            return state.metadata().durable();
        } finally {
            lock.unlock();
        }
    }

    FileState state() {
        return state;
    }

    Geometry geometry() {
        return adopted.geometry();
    }

    /** {@return the last commit that is in the state} */
    long generation() {
        return metadata().generation();
    }

    /** {@return what a recovery would find, or null if nothing is wrong} */
    @Nullable Recovery recovery() {
        return adopted.recovery();
    }
}
