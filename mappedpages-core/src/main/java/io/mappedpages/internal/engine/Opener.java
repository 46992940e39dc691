package io.mappedpages.internal.engine;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.engine.Fault.Limit;
import io.mappedpages.internal.engine.Fault.Obstacle;
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
            throw new EngineException(new Fault.Full(config.path(),
                    new Limit.InitialSize(pages, geometry.pageSize(), config.maxBytes())));
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
            return new Opened(realPath, Incarnation.of(realPath, storage, identity.key(), adopted, config), identity);
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
        Obstacle difference = !before.fileId().equals(now.fileId()) ? new Obstacle.OtherFile()
                : !before.key().equals(now.key()) ? new Obstacle.Copy()
                        : now.generation() < before.generation() && !lossAccepted
                                ? new Obstacle.WentBack(before.generation(), now.generation())
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
            throw new EngineException(new Fault.Locked(path, e.holder() == FileLockedException.Holder.THIS_JVM), e);
        } catch (OutOfSpaceException e) {
            throw new EngineException(new Fault.Full(path, new Limit.DiskOfNewFile(e.reason())), e);
        } catch (CorruptNodeException e) {
            throw new EngineException(new Fault.CorruptNode(path, e.page(), String.valueOf(e.getMessage())), e);
        } catch (IOException e) {
            throw new EngineException(new Fault.CannotOpen(path, obstacle(path, e)), e);
        }
    }

    private static Obstacle obstacle(Path path, IOException failure) {
        return switch (failure) {
            case FileAlreadyExistsException _ -> new Obstacle.Exists();
            case NoSuchFileException e -> new Obstacle.Missing(refused(path, e));
            case AccessDeniedException e -> new Obstacle.Denied(refused(path, e), e.getReason());
            case FileSystemException e -> new Obstacle.Refused(refused(path, e), e.getReason());
            default -> new Obstacle.Failed(String.valueOf(failure.getMessage()));
        };
    }

    /** The file that refused may be another one than the page file: the lock beside it, or the directory. */
    private static String refused(Path path, FileSystemException e) {
        String refused = e.getFile();
        return refused == null ? path.toString() : refused;
    }
}
