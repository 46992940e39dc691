package io.mappedpages.internal.engine;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;

import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.Fault.Limit;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.storage.HeldLock;
import io.mappedpages.internal.storage.PageStorage;
import io.mappedpages.internal.storage.StorageProvider;

/** Makes a page file that has something in it from the start. Until all of it is there, and durable, it has not got its name. */
final class NewFile {

    private NewFile() {
    }

    /** Fills a file, and makes it durable. */
    interface Maker<T> {
        T make(PageStorage file) throws IOException;
    }

    /** {@return what {@code maker} says} The file must not exist. If this fails, it does not exist afterwards. */
    static <T> T make(StorageProvider provider, Path path, Maker<T> maker) {
        return OpeningFaults.attempt(path, Limit.DiskOfNewFile::new, () -> {
            Path realPath = provider.resolve(path);
            requireAbsent(provider, realPath);
            HeldLock lock = provider.lock(realPath);
            try {
                requireAbsent(provider, realPath); // who had the lock before this may have made it
                return publish(provider, realPath, maker);
            } finally {
                lock.abandon(); // the file is not open
            }
        });
    }

    private static <T> T publish(StorageProvider provider, Path realPath, Maker<T> maker) throws IOException {
        PageStorage file = provider.createTemporary(realPath);
        T made;
        try {
            made = maker.make(file);
        } catch (IOException | RuntimeException | Error e) {
            provider.discard(file);
            throw e;
        }
        provider.publish(file, realPath);
        return made;
    }

    private static void requireAbsent(StorageProvider provider, Path realPath) throws IOException {
        if (provider.exists(realPath)) {
            throw new FileAlreadyExistsException(realPath.toString());
        }
    }

    /** {@return how many pages the file has at least, if {@code needed} are needed} @throws FaultException if it may not be so long */
    static long fewestPages(EngineConfig config, Geometry geometry, long needed) {
        long pages = Math.max(needed, Math.ceilDiv(config.initialBytes(), (long) geometry.pageSize()));
        requireRoom(config, geometry, pages);
        return pages;
    }

    /** Throws if the file may not have so many pages. */
    static void requireRoom(EngineConfig config, Geometry geometry, long pages) {
        if (pages > geometry.maxPages() || geometry.offsetOf(pages) > config.maxBytes()) {
            throw new FaultException(new Fault.Full(config.path(),
                    new Limit.InitialSize(pages, geometry.pageSize(), config.maxBytes())));
        }
    }
}
