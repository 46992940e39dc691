package io.mappedpages.internal.reading;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.CorruptNodeException;
import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.fault.UnreadableException;
import io.mappedpages.internal.recovery.Recovery;
import io.mappedpages.internal.storage.PageSource;
import io.mappedpages.internal.thread.Deadline;
import io.mappedpages.internal.thread.StackRoom;
import io.mappedpages.internal.thread.Uninterruptible;

/**
 * Which state of a file is read, while others go on writing to it. Any thread.
 *
 * <p>What was read and is of another commit than the state in memory is no damage: the state is brought to the newest commit,
 * and it is read again. It counts as damage if there is nothing newer, several times.
 */
final class Following {

    /** What looks damaged while nothing in the file changes is looked at so often. */
    private static final int MOST_LOOKS = 3;
    private static final long PAUSE_NANOS = 1_000_000;

    private final PageSource source;
    private final Path path;
    private final boolean acceptUnreadable;
    private final long cacheBytes;
    private final long patienceNanos;
    /** One at a time looks for what is new. */
    private final ReentrantLock renewal = new ReentrantLock();
    private volatile Snapshot snapshot;
    private volatile boolean closed;

    /**
     * Reads the newest state.
     *
     * @param patience how long a call may try again while the file changes under it
     */
    Following(PageSource source, Path path, boolean acceptUnreadable, long cacheBytes, Duration patience)
            throws IOException {
        this.source = source;
        this.path = path;
        this.acceptUnreadable = acceptUnreadable;
        this.cacheBytes = cacheBytes;
        this.patienceNanos = patience.toNanos();
        this.snapshot = newest();
    }

    /** The contents of a page are not what was committed, as far as this state knows. */
    static final class NotAsCommittedException extends IOException {

        private static final long serialVersionUID = 1L;

        private final transient Fault fault;

        /** @param fault what it is if there is nothing newer */
        NotAsCommittedException(Fault fault) {
            this.fault = fault;
        }
    }

    /** What may meet bytes of another commit than the state in memory. */
    interface Attempt<T> {
        /** {@return what is asked for, by this state} */
        T on(Snapshot snapshot) throws IOException;
    }

    /** {@return the state that is seen now} @throws FaultException if it is closed */
    Snapshot current() {
        requireOpen();
        return snapshot;
    }

    private void requireOpen() {
        if (closed) {
            throw new FaultException(new Fault.Closed(path));
        }
    }

    /** Everything is refused from now on. */
    void close() {
        closed = true;
    }

    /** {@return what comes of {@code attempt} on a state of which the bytes are there} It is made again until that is so. */
    <T> T insist(Attempt<T> attempt) {
        StackRoom.forChange();
        Deadline deadline = deadline();
        int looks = 0;
        try {
            while (true) {
                Snapshot seen = current();
                IOException problem;
                try {
                    return attempt.on(seen);
                } catch (CorruptNodeException | EOFException | NotAsCommittedException e) {
                    problem = e;
                }
                if (renew(seen)) {
                    looks = 0;
                } else if (++looks == MOST_LOOKS) {
                    throw problem;
                }
                pause(deadline, looks > 0);
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private Deadline deadline() {
        return Deadline.of(patienceNanos);
    }

    private void pause(Deadline deadline, boolean sleep) {
        if (deadline.left() <= 0) {
            throw new FaultException(new Fault.Restless(path, deadline.total()));
        }
        if (sleep) {
            Uninterruptible.sleep(PAUSE_NANOS);
        }
    }

    /** Goes on to the newest commit, unless somebody does. {@return whether there is something newer than {@code seen}} */
    boolean renew(Snapshot seen) throws IOException {
        renewal.lock();
        try {
            if (!current().equals(seen)) {
                return true;
            }
            return switch (seen.advance()) {
                case MOVED -> true;
                case NOTHING_NEW -> false;
                case OVER -> {
                    snapshot = newest();
                    yield true;
                }
            };
        } finally {
            renewal.unlock();
        }
    }

    /** {@return the newest state, read anew} What seems damaged, or lost, must seem so several times with nothing changing. */
    Snapshot newest() throws IOException {
        Deadline deadline = deadline();
        int looks = 0;
        while (true) {
            Superblock before = Superblock.of(source);
            Reading reading = reading(() -> Snapshot.read(source, path, acceptUnreadable, cacheBytes));
            if (reading.isGood()) {
                return reading.get();
            }
            if (before.isStill(source)) {
                looks++;
            } else {
                looks = 0;
                reading = reading(() -> Snapshot.ofNewestCheckpoint(source, path, cacheBytes));
                if (reading.isGood()) {
                    return reading.get();
                }
            }
            if (looks == MOST_LOOKS) {
                return reading.get();
            }
            pause(deadline, true);
        }
    }

    private interface Step {
        @Nullable Snapshot run() throws IOException;
    }

    private static Reading reading(Step step) throws IOException {
        try {
            return new Reading(step.run(), null);
        } catch (FaultException | CorruptNodeException | EOFException e) {
            return new Reading(null, e);
        }
    }

    /** What came of reading a state: the state, or what seemed wrong, or neither if somebody wrote meanwhile. */
    private record Reading(@Nullable Snapshot found, @Nullable Exception problem) {

        boolean isGood() {
            Recovery recovery = found == null ? null : found.recovery();
            return found != null && (recovery == null || recovery.loss() != Recovery.Loss.POSSIBLE);
        }

        Snapshot get() throws IOException {
            if (found != null) {
                return found;
            }
            switch (problem) {
                case FaultException e -> throw e;
                case IOException e -> throw e;
                case null, default -> throw new IllegalStateException(problem);
            }
        }
    }

    /** {@return what to throw for a failure} */
    FaultException failure(IOException found) {
        if (closed) {
            return new FaultException(new Fault.Closed(path));
        }
        return switch (found) {
            case CorruptNodeException e ->
                new FaultException(new Fault.CorruptNode(path, e.page(), String.valueOf(e.getMessage())), e);
            case UnreadableException e ->
                new FaultException(new Fault.Unreadable(path, e.part(), e.page(), -1, e.why()), e);
            case NotAsCommittedException e -> new FaultException(e.fault);
            default -> new FaultException(new Fault.Io(path, Fault.Doing.READING), found);
        };
    }
}
