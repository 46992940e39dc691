package io.mappedpages.internal.engine;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.building.FileBuilder;
import io.mappedpages.internal.fault.Fault.Limit;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.repair.Repaired;
import io.mappedpages.internal.repair.Salvage;
import io.mappedpages.internal.storage.FileLockedException;
import io.mappedpages.internal.storage.HeldLock;
import io.mappedpages.internal.storage.PageSource;
import io.mappedpages.internal.storage.StorageProvider;

/** Makes a page file of what can be saved of a damaged one. */
public final class Repairer {

    private Repairer() {
    }

    /**
     * Saves what can be saved of {@code damaged}, which is only read.
     *
     * @param config of the file to be made, which must not exist
     */
    public static Repaired repair(EngineConfig config, Path damaged) {
        return OpeningFaults.attempt(damaged, Limit.DiskAtOpening::new, () -> {
            StorageProvider provider = config.provider();
            Path realPath = provider.resolve(damaged);
            if (!provider.exists(realPath)) {
                throw new NoSuchFileException(damaged.toString());
            }
            HeldLock lock = lockIfThatCanBe(provider, realPath);
            try {
                return repair(config, damaged, provider.openToRead(realPath));
            } finally {
                if (lock != null) {
                    lock.abandon();
                }
            }
        });
    }

    /** A pager that is writing to it is kept off. Beside a file that cannot be written there need be no lock. */
    private static @Nullable HeldLock lockIfThatCanBe(StorageProvider provider, Path realPath)
            throws FileLockedException {
        try {
            return provider.lock(realPath);
        } catch (FileLockedException e) {
            throw e;
        } catch (IOException e) {
            return null;
        }
    }

    private static Repaired repair(EngineConfig config, Path damaged, PageSource source) throws IOException {
        try (Closing _ = new Closing(source)) {
            Salvage salvage = Salvage.of(source, damaged);
            Geometry geometry = salvage.geometry();
            config.requirePageSize(damaged, geometry.pageSizeLog2());
            long pages = NewFile.fewestPages(config, geometry, salvage.pages());
            return NewFile.make(config.provider(), config.path(), file -> {
                Repaired made = salvage.copyTo(new FileBuilder(file, geometry, config.reserve()), pages,
                        config.journal().ringPages(geometry, pages));
                NewFile.requireRoom(config, geometry, made.pages());
                return made;
            });
        }
    }
}
