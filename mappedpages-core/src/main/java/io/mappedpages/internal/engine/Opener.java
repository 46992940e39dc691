package io.mappedpages.internal.engine;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.FileId;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.storage.FileLockedException;
import io.mappedpages.internal.storage.HeldLock;
import io.mappedpages.internal.storage.OutOfSpaceException;
import io.mappedpages.internal.storage.PageStorage;
import io.mappedpages.internal.storage.StorageProvider;

/** Finds, creates, locks and opens the file, and says what is wrong if that fails. */
final class Opener {

    /** 4 KiB, for a new file of which no page size is asked. */
    private static final int DEFAULT_PAGE_SIZE_LOG2 = 12;

    private final EngineConfig config;
    private final StorageProvider provider;

    Opener(EngineConfig config) {
        this.config = config;
        this.provider = config.provider();
    }

    /** What must be the same when a file is opened again. */
    record Identity(FileId fileId, Object key, long generation) {
    }

    /** An opened file, and what tells it from others. */
    record Opened(Path realPath, Incarnation incarnation, Identity identity) {

        /** Closes the file again, because nothing came of it. {@code why} learns of what fails. */
        void giveUp(Throwable why) {
            incarnation.mapping.close(Duration.ZERO);
            closeAfter(why, incarnation.storage);
        }
    }

    /** Creates the file, which must not exist, and opens it. */
    Opened create() {
        Geometry geometry = geometry();
        long pages = FileCreator.pagesFor(geometry, config.initialBytes());
        if (pages > geometry.maxPages() || geometry.offsetOf(pages) > config.maxBytes()) {
            throw new EngineException(new Fault.Full(config.path(), pages + " pages of " + geometry.pageSize()
                    + " bytes are more than the configured maximum of " + config.maxBytes() + " bytes"));
        }
        return attempt(config.path(), () -> {
            Path realPath = provider.resolve(config.path());
            if (provider.exists(realPath)) {
                throw new FileAlreadyExistsException(realPath.toString());
            }
            HeldLock lock = provider.lock(realPath);
            try {
                FileCreator.create(provider, realPath, config, geometry);
            } catch (IOException | RuntimeException | Error e) {
                lock.abandon();
                throw e;
            }
            return open(realPath, lock, null);
        });
    }

    /** Opens the file, which must exist. */
    Opened open() {
        return attempt(config.path(), () -> {
            if (!provider.exists(config.path())) {
                throw new NoSuchFileException(config.path().toString());
            }
            Path realPath = provider.resolve(config.path());
            return open(realPath, provider.lock(realPath), null);
        });
    }

    /** Opens the file again, which must be the same one. */
    Opened reopen(Path realPath, Identity before) {
        return attempt(realPath, () -> open(realPath, provider.lock(realPath), before));
    }

    private Opened open(Path realPath, HeldLock lock, @Nullable Identity before) throws IOException {
        PageStorage storage;
        try {
            storage = provider.open(realPath, lock);
        } catch (IOException | RuntimeException | Error e) {
            lock.abandon();
            throw e;
        }
        try {
            Adopted adopted = Recoverer.recover(storage, realPath, config.acceptUnreadable());
            Identity identity = new Identity(adopted.slot().fileId(), provider.identity(realPath),
                    adopted.slot().generation());
            if (before != null) {
                requireSame(realPath, before, identity, adopted.unreadableAccepted());
            } else {
                requirePageSize(realPath, adopted.geometry());
            }
            return new Opened(realPath, Incarnation.of(realPath, storage, adopted, config), identity);
        } catch (IOException | RuntimeException | Error e) {
            lock.abandon(); // first, for closing the storage closes the lock; the file itself is still locked
            closeAfter(e, storage);
            throw e;
        }
    }

    /** A failure to close must not hide why. */
    private static void closeAfter(Throwable why, PageStorage storage) {
        try {
            storage.close();
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }

    private void requirePageSize(Path realPath, Geometry found) {
        int wanted = config.pageSizeLog2();
        if (wanted != 0 && wanted != found.pageSizeLog2()) {
            throw new EngineException(new Fault.PageSizeMismatch(realPath, 1 << wanted, found.pageSize()));
        }
    }

    private static void requireSame(Path realPath, Identity before, Identity now, boolean lossAccepted) {
        String difference = !before.fileId().equals(now.fileId()) ? "it is another page file now"
                : !before.key().equals(now.key()) ? "it was replaced by a copy of itself"
                        : now.generation() < before.generation() && !lossAccepted
                                ? "it went back from generation " + before.generation() + " to " + now.generation()
                                : null;
        if (difference != null) {
            throw new EngineException(new Fault.CannotOpen(realPath, difference));
        }
    }

    private Geometry geometry() {
        int wanted = config.pageSizeLog2();
        try {
            return Geometry.ofLog2(wanted == 0 ? DEFAULT_PAGE_SIZE_LOG2 : wanted);
        } catch (IllegalArgumentException e) {
            throw new EngineException(new Fault.InvalidPageSize(wanted), e);
        }
    }

    private interface Step {
        Opened run() throws IOException;
    }

    private static Opened attempt(Path path, Step step) {
        try {
            return step.run();
        } catch (FileLockedException e) {
            throw new EngineException(new Fault.Locked(path, e.heldBy()), e);
        } catch (OutOfSpaceException e) {
            throw new EngineException(new Fault.Full(path, e.reason()), e);
        } catch (FileAlreadyExistsException e) {
            throw new EngineException(new Fault.CannotOpen(path, "there is a file already"), e);
        } catch (NoSuchFileException e) {
            throw new EngineException(new Fault.CannotOpen(path, reason(e, "there is no such file")), e);
        } catch (FileSystemException e) {
            throw new EngineException(new Fault.CannotOpen(path, refusal(path, e)), e);
        } catch (CorruptNodeException e) {
            throw new EngineException(new Fault.CorruptNode(path, e.page(), String.valueOf(e.getMessage())), e);
        } catch (IOException e) {
            throw new EngineException(new Fault.CannotOpen(path, String.valueOf(e.getMessage())), e);
        }
    }

    /** The file that refused may be another one than the page file: the lock beside it, or the directory. */
    private static String refusal(Path path, FileSystemException e) {
        String reason = reason(e, "the file system refuses it");
        String refused = e.getFile();
        return refused == null || refused.equals(path.toString()) ? reason : refused + ": " + reason;
    }

    private static String reason(FileSystemException e, String otherwise) {
        String reason = e.getReason();
        return reason != null ? reason : otherwise;
    }
}
