package io.mappedpages;

import java.util.function.LongSupplier;

import io.mappedpages.internal.storage.StorageProvider;
import io.mappedpages.internal.transaction.CheckpointRunner;

/** Lets tests of other packages put a pager on storage of their own, and forget it as a process does that is killed. */
public final class PagerOnStorage {

    private PagerOnStorage() {
    }

    /** Returns the same builder, with salts for journals that are the same each time. */
    public static PagerBuilder salted(LongSupplier salts, PagerBuilder builder) {
        return builder.salts(salts);
    }

    /** Returns the same builder, whose checkpoints go on as this says. */
    public static PagerBuilder paced(CheckpointRunner runner, PagerBuilder builder) {
        return builder.lastTouch(config -> config.withCheckpoints(runner));
    }

    /** Returns the same builder, told to work on this storage. */
    public static PagerBuilder on(StorageProvider storage, PagerBuilder builder) {
        return builder.storage(storage).unwatched();
    }
}
