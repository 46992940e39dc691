package io.mappedpages.internal.engine;

import java.io.IOException;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.LostFile;
import io.mappedpages.internal.fault.LostFileException;
import io.mappedpages.internal.transaction.OpenFile;

/**
 * Brings one opening of the file to its end: makes durable what is not, unmaps, cuts the file to what is in use, closes it
 * and gives its locks up. What could not be done is done when this is asked again; what failed for good, like a sync, is
 * not tried again.
 *
 * <p>Used under the lifecycle lock and the engine lock.
 */
final class Ending {

    private final OpenFile file;
    private boolean begun;
    /** Whether something is still to be made durable: stores may follow as long as anything is mapped. */
    private boolean toSave;
    /** Why something may not be durable, or the file is not ours. Until it was told by the call that unmapped the file. */
    private @Nullable IOException notSaved;
    /** Whether the file may be cut: it is ours, and all that was stored is in it. */
    private boolean inOrder;
    private boolean over;

    Ending(OpenFile file) {
        this.file = file;
    }

    /** {@return whether the file is closed and its locks are given up} */
    boolean isOver() {
        return over;
    }

    /** {@return whether nothing is mapped any more} */
    boolean isUnmapped() {
        return file.mapping().isClosed();
    }

    /**
     * Goes on as far as possible.
     *
     * @param healthy  whether the opening was usable until now; only then is there something to be made durable and cut
     * @param closing  whether the file is to be cut and not to be opened again: then it must still be ours
     * @param patience how long to wait for I/O operations that use buffers of pages
     * @return what failed, or null; while {@link #isUnmapped} is false more is left to do. That something may not be durable
     *         is said each time until then, and the first time after
     */
    @Nullable IOException advance(boolean healthy, boolean closing, Duration patience) {
        if (over) {
            return null;
        }
        file.mapping().closeStaging();
        if (!begun) {
            begun = true;
            toSave = healthy;
        }
        if (toSave && !file.storage().syncsUnmapped()) {
            notSaved = sync();
            toSave = notSaved == null;
        }
        boolean unmapped = file.mapping().close(patience);
        if (toSave) {
            // Last, for an I/O operation may store into a page until it is unmapped. If it is not, what is there now is
            // made durable all the same: the next call may never come.
            notSaved = save(closing);
            inOrder = notSaved == null && unmapped && closing;
            toSave = notSaved == null && !unmapped;
        }
        if (!unmapped) {
            // A segment that is kept can still be used to store through it. So the file stays ours: nothing else may open it, and
            // no other opening of it, which would not know what is lent, may reuse pages.
            return notSaved;
        }
        IOException failure = notSaved;
        notSaved = null;
        if (inOrder) {
            inOrder = false; // once only
            failure = cut();
        }
        file.length(); // for those who ask later
        try {
            file.storage().close();
            over = true;
        } catch (IOException e) {
            failure = failure == null ? e : failure;
        }
        return failure;
    }

    private @Nullable IOException save(boolean closing) {
        IOException failure = null;
        try {
            LostFile lost = closing ? file.lost() : null; // opening it again looks for itself
            failure = lost == null ? null : new LostFileException(lost);
        } catch (IOException e) {
            failure = e; // nobody can tell whether the file is still ours, so it is not cut
        }
        IOException failedSync = sync(); // also of a file that was renamed: it can be found again
        failure = failure == null ? failedSync : failure;
        return failure == null && closing ? checkpoint() : failure;
    }

    /** So that who opens the file next, to read it, say, need not go through the journal. */
    private @Nullable IOException checkpoint() {
        try {
            file.checkpointAtEnd();
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    private @Nullable IOException sync() {
        try {
            if (file.mapping().hasLent() || file.hasWritten()) {
                file.storage().sync();
            }
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    private @Nullable IOException cut() {
        try {
            if (file.hasWritten()) {
                file.storage().truncate(file.lengthInUse());
            }
            return null;
        } catch (IOException e) {
            return e;
        }
    }
}
