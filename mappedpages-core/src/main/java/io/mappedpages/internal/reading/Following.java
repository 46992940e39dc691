package io.mappedpages.internal.reading;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.CorruptNodeException;
import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.fault.UnreadableException;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.recovery.Recovery;
import io.mappedpages.internal.storage.PageSource;
import io.mappedpages.internal.thread.Deadline;
import io.mappedpages.internal.thread.StackRoom;
import io.mappedpages.internal.thread.Uninterruptible;

/**
 * Which state of a file is read, while others go on writing to it. Any thread.
 *
 * <p>What was read and is of another commit than the state in memory is no damage: the state is brought to the newest commit,
 * and it is read again. It counts as damage if the same is wrong several times, and nobody has written it in between.
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

        private final transient CopyPair expected;
        private final transient Fault fault;

        /**
         * For one attempt.
         *
         * @param expected what the state says of the page
         * @param fault    what it is if nobody has written the page meanwhile
         */
        NotAsCommittedException(CopyPair expected, Fault fault) {
            this.expected = expected;
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

    /**
     * {@return what comes of {@code attempt} on a state of which the bytes are there} It is made again until that is so. What is
     * wrong in the same way several times is wrong; what is wrong in another way each time is being written.
     */
    <T> T insist(Attempt<T> attempt) {
        StackRoom.forChange();
        Deadline deadline = deadline();
        IOException before = null;
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
                looks = isTheSame(problem, before) ? looks + 1 : 1;
                if (looks == MOST_LOOKS) {
                    throw problem;
                }
                if (looks == 1) {
                    requireTimeLeft(deadline, before != null);
                } else {
                    Uninterruptible.sleep(PAUSE_NANOS);
                }
                before = problem;
                renew(seen, deadline);
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private static boolean isTheSame(IOException problem, @Nullable IOException before) {
        if (problem instanceof NotAsCommittedException now && before instanceof NotAsCommittedException then) {
            return now.expected.equals(then.expected); // no generation comes twice: nobody has written the page meanwhile
        }
        return before != null && problem.getClass().equals(before.getClass())
                && Objects.equals(problem.getMessage(), before.getMessage());
    }

    private Deadline deadline() {
        return Deadline.of(patienceNanos);
    }

    /** The first time there always is: what was seen may be of long ago. */
    private void requireTimeLeft(Deadline deadline, boolean hasTried) {
        if (deadline.left() <= 0 && hasTried) {
            throw new FaultException(new Fault.Restless(path, deadline.total()));
        }
    }

    /** Goes on to the newest commit, unless somebody has since {@code seen} was current. */
    private void renew(Snapshot seen, Deadline deadline) throws IOException {
        renewal.lock();
        try {
            if (current().equals(seen)) {
                advance(deadline);
            }
        } finally {
            renewal.unlock();
        }
    }

    /** Goes on to the newest commit, which is not older than this call. {@return its generation} */
    long refresh() {
        StackRoom.forChange();
        renewal.lock();
        try {
            advance(deadline());
            return current().generation();
        } catch (IOException e) {
            throw failure(e);
        } finally {
            renewal.unlock();
        }
    }

    private void advance(Deadline deadline) throws IOException {
        if (current().advance() == Snapshot.Advance.OVER) {
            snapshot = newest(deadline);
        }
    }

    /** {@return the newest state, read anew} */
    Snapshot newest() throws IOException {
        return newest(deadline());
    }

    /** What seems damaged, or lost, must seem so several times with nothing changing. */
    private Snapshot newest(Deadline deadline) throws IOException {
        int looks = 0;
        for (boolean hasTried = false;; hasTried = true) {
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
                requireTimeLeft(deadline, hasTried);
            }
            if (looks == MOST_LOOKS) {
                return reading.get();
            }
            Uninterruptible.sleep(PAUSE_NANOS);
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
