package io.mappedpages.internal.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongSupplier;

import io.mappedpages.internal.commit.JournalPolicy;
import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.fault.InjectedFaults;
import io.mappedpages.internal.format.JournalRings;
import io.mappedpages.internal.storage.StorageProvider;
import io.mappedpages.internal.transaction.CheckpointRunner;
import io.mappedpages.internal.transaction.CheckpointThread;
import io.mappedpages.internal.transaction.GrowthPolicy;

/**
 * How to create or open a page file.
 *
 * @param path            the file
 * @param pageSizeLog2    page size of a new file, as a power of two; 0 for what the file says, or 12 for a new one
 * @param initialBytes    length of a new file; rounded up to whole pages, at least four
 * @param maxBytes        the file never grows beyond this
 * @param growthStepBytes the file doubles until a doubling would add more than this, then grows by it
 * @param reserve         whether growth puts real blocks behind every page
 * @param borrowTimeout   longest wait for a page that is borrowed
 * @param acceptUnreadable whether opening goes on without what cannot be read, even if the newest generation is lost so
 * @param journaled       whether commits are journal records
 * @param journalBytes    of each copy of the journal; 0 for none, negative for what suits the file
 * @param salts           makes the salts of journals
 * @param events          told of commits, growth, recovery and state changes
 * @param cacheBytes      heap, about, for each of three things that are kept to be quick: latches, nodes of the map,
 *                        nodes of the directory
 * @param provider        the files
 * @param overdueBorrow   a borrow that is open for longer is reported; zero for no such report
 * @param lockTimeout     how long opening waits for a file that somebody else has open
 * @param faults          what is to fail, for a test
 * @param checkpoints     makes what runs checkpoints beside commits, for a file
 */
public record EngineConfig(Path path, int pageSizeLog2, long initialBytes, long maxBytes, long growthStepBytes,
        boolean reserve, Duration borrowTimeout, boolean acceptUnreadable, boolean journaled, long journalBytes,
        LongSupplier salts, EngineEvents events, long cacheBytes, StorageProvider provider,
        Duration overdueBorrow, Duration lockTimeout, InjectedFaults faults,
        Function<Path, CheckpointRunner> checkpoints) {

    /** The same without waiting for others, with a thread for checkpoints. */
    public EngineConfig(Path path, int pageSizeLog2, long initialBytes, long maxBytes, long growthStepBytes,
            boolean reserve, Duration borrowTimeout, boolean acceptUnreadable, boolean journaled, long journalBytes,
            LongSupplier salts, EngineEvents events, long cacheBytes, StorageProvider provider,
            Duration overdueBorrow) {
        this(path, pageSizeLog2, initialBytes, maxBytes, growthStepBytes, reserve, borrowTimeout, acceptUnreadable,
                journaled, journalBytes, salts, events, cacheBytes, provider, overdueBorrow, Duration.ZERO,
                InjectedFaults.NONE, CheckpointThread::new);
    }

    /** The same without a report of overdue borrows. */
    public EngineConfig(Path path, int pageSizeLog2, long initialBytes, long maxBytes, long growthStepBytes,
            boolean reserve, Duration borrowTimeout, boolean acceptUnreadable, boolean journaled, long journalBytes,
            LongSupplier salts, EngineEvents events, long cacheBytes, StorageProvider provider) {
        this(path, pageSizeLog2, initialBytes, maxBytes, growthStepBytes, reserve, borrowTimeout, acceptUnreadable,
                journaled, journalBytes, salts, events, cacheBytes, provider, Duration.ZERO);
    }

    /** Bytes of the shortest journal. */
    public static final long SHORTEST_JOURNAL = JournalRings.FEWEST_BYTES;
    /** Bytes of the longest journal. */
    public static final long LONGEST_JOURNAL = JournalRings.MOST_BYTES;

    /** Throws if another page size is asked for than the file has. */
    void requirePageSize(Path realPath, int foundLog2) {
        if (pageSizeLog2 != 0 && pageSizeLog2 != foundLog2) {
            throw new FaultException(new Fault.PageSizeMismatch(realPath, 1 << pageSizeLog2, 1 << foundLog2));
        }
    }

    /** {@return what journal the file is to have} */
    JournalPolicy journal() {
        return new JournalPolicy(journaled, journalBytes, salts);
    }

    /** {@return how the file grows} */
    GrowthPolicy growth() {
        return new GrowthPolicy(maxBytes, growthStepBytes, reserve, faults);
    }

    /** {@return the same, with somebody else to be told} */
    EngineConfig withEvents(EngineEvents other) {
        return new EngineConfig(path, pageSizeLog2, initialBytes, maxBytes, growthStepBytes, reserve, borrowTimeout,
                acceptUnreadable, journaled, journalBytes, salts, other, cacheBytes, provider,
                overdueBorrow, lockTimeout, faults, checkpoints);
    }

    /** {@return the same, with faults, where {@code disk} has those of the disk} */
    public EngineConfig withFaults(InjectedFaults injected, StorageProvider disk) {
        return new EngineConfig(path, pageSizeLog2, initialBytes, maxBytes, growthStepBytes, reserve, borrowTimeout,
                acceptUnreadable, journaled, journalBytes, salts, events, cacheBytes, disk,
                overdueBorrow, lockTimeout, injected, checkpoints);
    }

    /** {@return the same, that waits for who has the file open} */
    public EngineConfig withLockTimeout(Duration timeout) {
        return new EngineConfig(path, pageSizeLog2, initialBytes, maxBytes, growthStepBytes, reserve, borrowTimeout,
                acceptUnreadable, journaled, journalBytes, salts, events, cacheBytes, provider,
                overdueBorrow, timeout, faults, checkpoints);
    }

    /** {@return the same, with checkpoints run by somebody else} */
    public EngineConfig withCheckpoints(CheckpointRunner runner) {
        return new EngineConfig(path, pageSizeLog2, initialBytes, maxBytes, growthStepBytes, reserve, borrowTimeout,
                acceptUnreadable, journaled, journalBytes, salts, events, cacheBytes, provider, overdueBorrow,
                lockTimeout, faults, _ -> runner);
    }
}
