package io.mappedpages.internal.transaction;

import java.io.IOException;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.latch.BorrowWatch;
import io.mappedpages.internal.latch.Holders;
import io.mappedpages.internal.tree.PageMap;
import io.mappedpages.internal.tree.PageRules;

/**
 * Whether a number that a caller names is a page or protected page that the caller may use, and if not, why. For borrowers
 * that is what is durable; for a change that is being planned, what changes before it have left.
 */
public final class PageChecks {

    private final EngineLock lock;
    private final @Nullable BorrowWatch watch;

    /** Takes {@code lock} if what is asked for is not in memory; asks {@code watch}, if there is one, who has a page. */
    public PageChecks(EngineLock lock, @Nullable BorrowWatch watch) {
        this.lock = lock;
        this.watch = watch;
    }

    /** Throws unless {@code page} is in the file and allocated to a user as a regular page. */
    public void requireData(OpenFile file, long page, boolean freeing) {
        PageRules.requireInFile(page, file.pageCount());
        int state = file.state().map().durableState(page);
        if (state == PageMap.NOT_LOADED) {
            state = lock.on(file, _ -> file.state().map().loadDurableState(page));
        }
        PageRules.requireData(page, state, freeing);
    }

    /** As {@link #requireData}, in a change that is being planned. */
    static void requireWorkingData(OpenFile file, long page, boolean freeing) throws IOException {
        PageRules.requireInFile(page, file.pageCount());
        PageRules.requireData(page, file.state().map().state(page), freeing);
    }

    /** {@return the copies of a protected page, which is in use} */
    public CopyPair requireEntry(OpenFile file, long id, boolean freeing) {
        PageRules.requireNotNegative(id, file.pageCount());
        CopyPair pair = file.durableEntry(id);
        if (pair == null) {
            pair = lock.on(file, _ -> file.state().directory().loadDurableEntry(id));
        }
        return PageRules.requireInUse(id, pair, file.pageCount(), freeing);
    }

    /** As {@link #requireEntry}, in a change that is being planned. */
    static CopyPair requireWorkingEntry(OpenFile file, long id, boolean freeing) throws IOException {
        PageRules.requireNotNegative(id, file.pageCount());
        return PageRules.requireInUse(id, file.state().directory().entry(id), file.pageCount(), freeing);
    }

    /**
     * {@return what to throw for a page whose latch was not granted in time} The places where others took it are suppressed in
     * there, if they are known. {@code protectedId} is -1 for a regular page.
     */
    public FaultException borrowed(OpenFile file, long page, long protectedId, Duration waited) {
        Holders holders = file.latches().holders(page);
        FaultException failure = new FaultException(
                new Fault.Borrowed(page, protectedId, holders.writer(), holders.readers(), waited));
        if (watch != null) {
            watch.places(file.latches(), page).forEach(failure::addSuppressed);
        }
        return failure;
    }
}
