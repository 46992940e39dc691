package io.mappedpages.internal.transaction;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.commit.Batch;
import io.mappedpages.internal.commit.Committer;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.log.Silence;

/**
 * Checkpoints that are written beside commits. What they say is fixed between two commits, by who leads or by a thread that
 * holds commits up for that moment; then it is written while commits go on. There is one at a time, and its failure stops
 * commits, as theirs stops it.
 */
final class Checkpoints {

    private final Openings openings;
    private final EngineLock lock;
    private final Leadership leadership;
    private final CheckpointRunner runner;
    /** What was committed when the runner looked last, for the thread that looks. */
    private long lastSeen = -1;
    private final CheckpointRunner.IdleLook idle = this::makeIfIdle;

    Checkpoints(Openings openings, EngineLock lock, Leadership leadership, CheckpointRunner runner) {
        this.openings = openings;
        this.lock = lock;
        this.leadership = leadership;
        this.runner = runner;
    }

    /** Something was committed to the journal alone. */
    void noteRecord() {
        runner.noteRecord(idle);
    }

    /** Begins one for who leads, and makes it if there is no thread for it. */
    void begin(OpenFile file) throws IOException {
        Batch checkpoint = sealed(file);
        leadership.checkpointBegins();
        boolean runs = false;
        try {
            runs = runner.run(() -> write(file, checkpoint));
        } finally {
            if (!runs) {
                write(file, checkpoint); // for others wait until it has come to its end
            }
        }
    }

    private Batch sealed(OpenFile file) throws IOException {
        Batch checkpoint = file.committer().newCheckpoint();
        checkpoint.goBeside();
        try {
            lock.inCommit(file, _ -> {
                file.committer().sealCheckpoint(checkpoint);
                return Boolean.TRUE;
            });
        } catch (Throwable e) { // no memory, say: what was taken for this checkpoint is not in the next one
            file.committer().stop(e);
            stop(file, e);
            throw e;
        }
        return checkpoint;
    }

    /** Never throws: what fails stops the pager. {@return whether it is durable} */
    private boolean write(OpenFile file, Batch checkpoint) {
        Committer committer = file.committer();
        Silence.begin(); // for a handler of the log may close the pager, which waits for this to end
        try {
            committer.write(checkpoint);
            lock.inCommit(file, _ -> {
                committer.publish(checkpoint);
                return Boolean.TRUE;
            });
            return true;
        } catch (Throwable e) { // whatever it is, nothing may be committed any more
            committer.stop(e);
            stop(file, e);
            return false;
        } finally {
            leadership.checkpointEnds();
            Silence.end();
        }
    }

    private void stop(OpenFile file, Throwable cause) {
        try {
            openings.fail(file, cause);
        } catch (Throwable e) {
            if (!e.equals(cause)) {
                cause.addSuppressed(e); // no memory to stop with, say; the next commit is refused all the same, and stops it
            }
        }
    }

    /** Makes a checkpoint if nothing was committed since this was asked last. {@return whether to ask again} */
    private boolean makeIfIdle() {
        try {
            OpenFile file = openings.usable();
            if (file.recordsSinceCheckpoint() == 0 || !file.hasWritten()) { // an opening that changes nothing writes nothing
                return false;
            }
            long generation = file.generation();
            if (generation != lastSeen) {
                lastSeen = generation;
                return true;
            }
            Batch checkpoint = sealedBetweenCommits(file);
            if (checkpoint != null) {
                write(file, checkpoint);
            }
            return true;
        } catch (FaultException e) {
            return false; // it is closed, or stopped, and has said so
        } catch (Throwable e) {
            return true; // no memory, say: nothing was begun
        }
    }

    /** Makes one for somebody who asks for it, and waits until it is durable; nothing if all that was committed is in the last one. */
    void make(OpenFile file) {
        Silence.begin(); // as in write: until that has come to its end
        try {
            Batch checkpoint = sealedNext(file);
            if (checkpoint != null && !write(file, checkpoint)) {
                throw openings.refusal();
            }
        } finally {
            Silence.end();
        }
    }

    private @Nullable Batch sealedNext(OpenFile file) {
        while (!leadership.occupyUnlessCheckpoint()) {
            leadership.awaitCheckpoint(); // without leading: commits go on meanwhile
        }
        try {
            return sealedWhileLeading(file);
        } catch (IOException e) {
            throw openings.fail(file, e);
        } finally {
            leadership.vacate();
        }
    }

    private @Nullable Batch sealedBetweenCommits(OpenFile file) throws IOException {
        if (!leadership.occupyUnlessCheckpoint()) {
            return null; // it waits for this very thread
        }
        try {
            return sealedWhileLeading(file);
        } finally {
            leadership.vacate();
        }
    }

    private @Nullable Batch sealedWhileLeading(OpenFile file) throws IOException {
        lock.run(file, file.committer()::requireOurs);
        if (file.recordsSinceCheckpoint() == 0) {
            return null;
        }
        Batch checkpoint = sealed(file);
        leadership.checkpointBegins();
        return checkpoint;
    }
}
