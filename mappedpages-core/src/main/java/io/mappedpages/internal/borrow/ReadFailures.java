package io.mappedpages.internal.borrow;

import java.io.IOException;

import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.transaction.EngineLock;
import io.mappedpages.internal.transaction.OpenFile;
import io.mappedpages.internal.transaction.Openings;

/** What to throw where mapped bytes could not be read: because nothing is mapped any more, or because the disk cannot. */
public final class ReadFailures {

    private final Openings openings;
    private final EngineLock lock;

    /** Tells {@code openings} of a file that was cut off. */
    public ReadFailures(Openings openings, EngineLock lock) {
        this.openings = openings;
        this.lock = lock;
    }

    /** Closing has waited long enough and unmapped the file under this call. {@return what to throw} */
    RuntimeException unmapped(OpenFile file, IllegalStateException e) {
        return file.mapping().isLending() ? e : openings.refusal();
    }

    /**
     * What the JDK throws when the bytes behind mapped memory cannot be had: the file was truncated, which stops the pager,
     * or this one page cannot be read, which concerns only those who want it. {@return what to throw}
     *
     * @param id of which {@code page} is a copy, or -1
     */
    FaultException unreadable(OpenFile file, long id, long page, InternalError e) {
        try {
            lock.requireWhole(file);
        } catch (IOException failed) {
            failed.addSuppressed(e);
            return openings.fail(file, failed);
        }
        IOException cause = new IOException("the mapped page " + page + " could not be read", e);
        Fault.Part part = id < 0 ? Fault.Part.REGULAR : Fault.Part.CONTENTS;
        return new FaultException(new Fault.Unreadable(openings.path(), part, page, id, null), cause);
    }
}
