package io.mappedpages.internal.engine;

import java.io.IOException;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Brings one opening of the file to its end: makes durable what is not, unmaps, cuts the file to what is in use, closes it
 * and gives its locks up. What could not be done is done when this is asked again; what failed for good, like a sync, is
 * neither tried nor told again.
 *
 * <p>Used under the lifecycle lock and the engine lock.
 */
final class Ending {

    private final Incarnation file;
    private boolean begun;
    /** Whether the file may be cut: it is ours, and all that was stored is in it. */
    private boolean inOrder;
    private boolean over;

    Ending(Incarnation file) {
        this.file = file;
    }

    /** {@return whether the file is closed and its locks are given up} */
    boolean isOver() {
        return over;
    }

    /** {@return whether nothing is mapped any more} */
    boolean isUnmapped() {
        return file.mapping.isClosed();
    }

    /**
     * Goes on as far as possible.
     *
     * @param healthy  whether the opening was usable until now; only then is there something to be made durable and cut
     * @param patience how long to wait for I/O operations that use buffers of pages
     * @return the first thing that failed this time, or null; while {@link #isUnmapped} is false more is left to do
     */
    @Nullable IOException advance(boolean healthy, Duration patience) {
        IOException failure = null;
        file.staging.close();
        if (!begun) {
            begun = true;
            failure = healthy ? save() : null;
            inOrder = healthy && failure == null;
        }
        if (!file.mapping.close(patience)) {
            // A segment that is kept can still be used to store through it. So the file stays ours: nothing else may open it, and
            // no other opening of it, which would not know what is lent, may reuse pages.
            return failure;
        }
        if (inOrder) {
            inOrder = false; // once only
            failure = cut();
        }
        try {
            file.storage.close();
            over = true;
        } catch (IOException e) {
            failure = failure == null ? e : failure;
        }
        return failure;
    }

    private @Nullable IOException save() {
        IOException failure = null;
        try {
            LostFile lost = file.lost();
            failure = lost == null ? null : new LostFileException(lost);
        } catch (IOException e) {
            failure = e; // nobody can tell whether the file is still ours, so it is not cut
        }
        try {
            if (file.hasLent() || file.committer.hasWritten()) {
                file.storage.sync(); // also of a file that was renamed: it can be found again
            }
        } catch (IOException e) {
            failure = failure == null ? e : failure;
        }
        return failure;
    }

    private @Nullable IOException cut() {
        try {
            if (file.committer.hasWritten()) {
                file.storage.truncate(file.committer.lengthInUse());
            }
            return null;
        } catch (IOException e) {
            return e;
        }
    }
}
