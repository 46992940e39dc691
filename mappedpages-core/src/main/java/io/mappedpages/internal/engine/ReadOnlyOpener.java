package io.mappedpages.internal.engine;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import io.mappedpages.internal.fault.Fault.Limit;
import io.mappedpages.internal.reading.ReadOnlyFile;
import io.mappedpages.internal.storage.PageSource;

/** Opens a file that is only read. */
public final class ReadOnlyOpener {

    private ReadOnlyOpener() {
    }

    /** {@return the file, which must exist} Nothing is locked or changed. */
    public static ReadOnlyFile open(EngineConfig config) {
        return OpeningFaults.attempt(config.path(), Limit.DiskAtOpening::new, () -> {
            Path realPath = config.provider().resolve(config.path()); // first: it says so if that cannot be looked at
            if (!config.provider().exists(realPath)) {
                throw new NoSuchFileException(config.path().toString());
            }
            return read(realPath, config.provider().openToRead(realPath), config);
        });
    }

    private static ReadOnlyFile read(Path realPath, PageSource source, EngineConfig config) throws IOException {
        try {
            ReadOnlyFile file = new ReadOnlyFile(source, realPath, config.acceptUnreadable(), config.cacheBytes(),
                    config.borrowTimeout());
            config.requirePageSize(realPath, Integer.numberOfTrailingZeros(file.pageSize()));
            return file;
        } catch (IOException | RuntimeException | Error e) {
            try {
                source.close();
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }
}
