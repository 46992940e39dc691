package io.mappedpages.internal.transaction;

import java.nio.file.Path;
import java.time.Duration;

import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.mapping.LentMapping;
import io.mappedpages.internal.thread.Deadline;

/** Which opening of the file is current, whether it may be used, and what becomes of it after a failure. Any thread. */
public interface Openings {

    /** {@return the file, all symbolic links resolved} */
    Path path();

    /** {@return the latest opening, whatever became of it} */
    OpenFile current();

    /** {@return what the latest opening lends} */
    LentMapping mapping();

    /** {@return the opening to work on} @throws FaultException if there is none */
    OpenFile usable();

    /** {@return why a call is refused now} */
    FaultException refusal();

    /** Stops the engine because of {@code cause}. {@return what to throw} */
    FaultException fail(OpenFile file, Throwable cause);

    /** {@return how long a call may wait for a page that is borrowed} */
    Duration borrowTimeout();

    /** {@return the deadline of one call, all its waits together} */
    Deadline deadline();
}
