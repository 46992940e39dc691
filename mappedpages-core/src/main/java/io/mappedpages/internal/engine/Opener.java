package io.mappedpages.internal.engine;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.ToLongFunction;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.Fault.Limit;
import io.mappedpages.internal.fault.Fault.Obstacle;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.format.FileId;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.latch.WaitCounts;
import io.mappedpages.internal.log.SafeLog;
import io.mappedpages.internal.recovery.Adopted;
import io.mappedpages.internal.recovery.Recoverer;
import io.mappedpages.internal.storage.FileLockedException;
import io.mappedpages.internal.storage.HeldLock;
import io.mappedpages.internal.storage.PageStorage;
import io.mappedpages.internal.storage.StorageProvider;
import io.mappedpages.internal.thread.Deadline;
import io.mappedpages.internal.thread.Uninterruptible;
import io.mappedpages.internal.transaction.OpenFile;

/** Finds, creates, locks and opens the file, and says what is wrong if that fails. */
final class Opener {

    private static final SafeLog LOG = SafeLog.of(Opener.class);

    /** 4 KiB, for a new file of which no page size is asked. */
    private static final int DEFAULT_PAGE_SIZE_LOG2 = 12;

    /** Between two looks whether the file is still open elsewhere, in nanoseconds: 5 ms, twice as long each time, up to 100 ms. */
    private static final long FIRST_PAUSE = 5_000_000;
    private static final long LONGEST_PAUSE = 100_000_000;
    /** Nobody lives to see the end of it. */
    private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE / 2);

    /** No change is newer. */
    private static final long NOTHING_FAILED = Long.MAX_VALUE;

    private final EngineConfig config;
    private final StorageProvider provider;
    /** Of all openings. */
    private final WaitCounts waitCounts = new WaitCounts();

    Opener(EngineConfig config) {
        this.config = config;
        this.provider = config.provider();
    }

    /** {@return how often somebody waited for a latch, over all openings} */
    WaitCounts waitCounts() {
        return waitCounts;
    }

    /**
     * What must be the same when a file is opened again.
     *
     * @param lastChange the newest generation that is known to have changed something; the file must not be older
     */
    record Identity(FileId fileId, Object key, long lastChange) {
    }

    /** An opened file, and what tells it from others. */
    record Opened(Path realPath, OpenFile file, Identity identity) {

        /** Closes the file again, because nothing came of it. {@code why} learns of what fails. */
        void giveUp(Throwable why) {
            file.mapping().close(Duration.ZERO);
            closeAfter(why, file.storage());
        }
    }

    /** Creates the file, which must not exist, and opens it. */
    Opened create() {
        Geometry geometry = geometry();
        long pages = FileCreator.pagesFor(geometry, config);
        if (pages > geometry.maxPages() || geometry.offsetOf(pages) > config.maxBytes()) {
            throw new FaultException(new Fault.Full(config.path(),
                    new Limit.InitialSize(pages, geometry.pageSize(), config.maxBytes())));
        }
        return OpeningFaults.attempt(config.path(), Limit.DiskOfNewFile::new, () -> {
            Path realPath = provider.resolve(config.path());
            if (provider.exists(realPath)) {
                throw new FileAlreadyExistsException(realPath.toString());
            }
            HeldLock lock = lock(realPath);
            Object made;
            try {
                if (provider.exists(realPath)) { // who had it before this has made it
                    throw new FileAlreadyExistsException(realPath.toString());
                }
                FileCreator.create(provider, realPath, config, geometry);
                made = identityOfNew(realPath);
            } catch (IOException | RuntimeException | Error e) {
                lock.abandon();
                throw e;
            }
            return open(realPath, lock, null, made, _ -> NOTHING_FAILED);
        });
    }

    /** Opens the file, which must exist. */
    Opened open() {
        return OpeningFaults.attempt(config.path(), Limit.DiskAtOpening::new, () -> {
            Path realPath = provider.resolve(config.path()); // first: it says so if that cannot be looked at
            if (!provider.exists(realPath)) {
                throw new NoSuchFileException(config.path().toString());
            }
            return open(realPath, lock(realPath), null, null, _ -> NOTHING_FAILED);
        });
    }

    /**
     * Opens the file again, which must be the same one.
     *
     * @param afterFailure whether the opening before failed
     * @param salt         of the records of that opening: those of another one, which somebody else has made meanwhile, have not failed
     */
    Opened reopen(Path realPath, Identity before, boolean afterFailure, long salt) {
        return OpeningFaults.attempt(realPath, Limit.DiskAtOpening::new,
                () -> open(realPath, provider.lock(realPath), before, null,
                        adopted -> afterFailure && adopted.position().salt() == salt ? before.lastChange()
                                : NOTHING_FAILED));
    }

    /** {@return the lock of the file} Waits for who has it, as long as is wanted. */
    private HeldLock lock(Path realPath) throws IOException {
        Deadline deadline = Deadline.of(nanos(config.lockTimeout()));
        long pause = FIRST_PAUSE;
        while (true) {
            try {
                return provider.lock(realPath);
            } catch (FileLockedException e) {
                long left = deadline.left();
                if (left <= 0) {
                    throw e;
                }
                if (pause == FIRST_PAUSE) {
                    LOG.log(Level.INFO, realPath + " is open already, " + e.heldBy() + ": waiting for up to "
                            + config.lockTimeout() + " until it is not");
                }
                Uninterruptible.sleep(Math.min(left, pause));
                pause = Math.min(2 * pause, LONGEST_PAUSE);
            }
        }
    }

    private static long nanos(Duration timeout) {
        return timeout.compareTo(FOREVER) < 0 ? timeout.toNanos() : Long.MAX_VALUE / 2;
    }

    private Object identityOfNew(Path realPath) throws IOException {
        try {
            return provider.identity(realPath);
        } catch (IOException e) {
            e.addSuppressed(new IOException(stays(realPath)));
            throw e;
        }
    }

    /** @param made what tells the file from others, if it was made by this very call: then it goes if it cannot be opened */
    private Opened open(Path realPath, HeldLock lock, @Nullable Identity before, @Nullable Object made,
            ToLongFunction<Adopted> failedAfter) throws IOException {
        PageStorage storage;
        try {
            storage = provider.open(realPath, lock);
        } catch (IOException | RuntimeException | Error e) {
            withdraw(realPath, made, e);
            lock.abandon();
            throw e;
        }
        try {
            Adopted adopted = Recoverer.recover(storage, realPath, config.acceptUnreadable());
            Identity identity = new Identity(adopted.slot().fileId(), provider.identity(realPath),
                    adopted.lastChange());
            if (before != null) {
                requireSame(realPath, before, identity, adopted);
            } else {
                config.requirePageSize(realPath, adopted.geometry().pageSizeLog2());
            }
            OpenFile file = OpenFile.of(realPath, storage, identity.key(), adopted, config.cacheBytes(),
                    config.events(), config.journal(), failedAfter.applyAsLong(adopted), waitCounts);
            if (!config.overdueBorrow().isZero()) {
                file.mapping().onlyLend(); // it is to be known who has which page
            }
            return new Opened(realPath, file, identity);
        } catch (IOException | RuntimeException | Error e) {
            withdraw(realPath, made, e);
            lock.abandon(); // first, for closing the storage closes the lock; the file itself is still locked
            closeAfter(e, storage);
            throw e;
        }
    }

    /** Takes a new file away under its lock. A failure must not hide why. */
    private void withdraw(Path realPath, @Nullable Object made, Throwable why) {
        try {
            if (made != null && !provider.withdraw(realPath, made)) {
                why.addSuppressed(new IOException(stays(realPath)));
            }
        } catch (IOException e) {
            why.addSuppressed(new IOException(stays(realPath), e));
        }
    }

    private static String stays(Path realPath) {
        return realPath
                + " was made before this failed, and could not be deleted again. It is a page file with nothing "
                + "in it.";
    }

    /** A failure to close must not hide why. */
    private static void closeAfter(Throwable why, PageStorage storage) {
        try {
            storage.close();
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }

    private static void requireSame(Path realPath, Identity before, Identity now, Adopted adopted) {
        Obstacle difference = !before.fileId().equals(now.fileId()) ? new Obstacle.OtherFile()
                : !before.key().equals(now.key()) ? new Obstacle.Copy()
                        : adopted.generation() < before.lastChange() && !adopted.unreadableAccepted()
                                ? new Obstacle.WentBack(before.lastChange(), adopted.generation())
                                : null;
        if (difference != null) {
            throw new FaultException(new Fault.CannotOpen(realPath, difference));
        }
    }

    private Geometry geometry() {
        int wanted = config.pageSizeLog2();
        try {
            return Geometry.ofLog2(wanted == 0 ? DEFAULT_PAGE_SIZE_LOG2 : wanted);
        } catch (IllegalArgumentException e) {
            throw new FaultException(new Fault.InvalidPageSize(wanted), e);
        }
    }
}
