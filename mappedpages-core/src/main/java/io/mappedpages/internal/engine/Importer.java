package io.mappedpages.internal.engine;

import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import io.mappedpages.internal.building.FileBuilder;
import io.mappedpages.internal.fault.Fault.Limit;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.importing.Imported;
import io.mappedpages.internal.importing.RustFile;
import io.mappedpages.internal.importing.RustImport;
import io.mappedpages.internal.storage.StorageProvider;

/** Makes a page file of one that another program has written. */
public final class Importer {

    private Importer() {
    }

    /**
     * Imports a file of the Rust crate, which is only read.
     *
     * @param config of the file to be made, which must not exist
     */
    public static Imported importRust(EngineConfig config, Path source) {
        return OpeningFaults.attempt(source, Limit.DiskAtOpening::new, () -> {
            StorageProvider provider = config.provider();
            Path realSource = provider.resolve(source);
            if (!provider.exists(realSource)) {
                throw new NoSuchFileException(source.toString());
            }
            try (Closing closing = new Closing(provider.openToRead(realSource))) {
                RustFile rust = RustFile.read(source, closing.file(), config.acceptUnreadable());
                config.requirePageSize(source, rust.geometry().pageSizeLog2());
                return importRust(config, rust);
            }
        });
    }

    private static Imported importRust(EngineConfig config, RustFile rust) {
        Geometry geometry = rust.geometry();
        long pages = NewFile.fewestPages(config, geometry, rust.pages());
        return NewFile.make(config.provider(), config.path(), file -> {
            Imported made = RustImport.run(rust, new FileBuilder(file, geometry, config.reserve()), pages,
                    config.journal().ringPages(geometry, pages));
            NewFile.requireRoom(config, geometry, made.pages());
            return made;
        });
    }
}
