package io.mappedpages;

import io.mappedpages.internal.storage.StorageProvider;
import io.mappedpages.internal.transaction.CheckpointRunner;

/** Opens to the benchmarks what is package-private, so that they can time the disk apart from the rest. */
public final class BenchmarkAccess {

    private BenchmarkAccess() {
    }

    /**
     * Lets a builder work on another disk.
     *
     * @param builder the builder
     * @param disk where its files are
     * @return the builder
     */
    public static PagerBuilder on(PagerBuilder builder, StorageProvider disk) {
        return builder.storage(disk);
    }

    /**
     * Lets a builder's pager keep little in memory.
     *
     * @param builder the builder
     * @param bytes how much heap each of its caches may take
     * @return the builder
     */
    public static PagerBuilder cacheBytes(PagerBuilder builder, long bytes) {
        return builder.cacheBytes(bytes);
    }

    /**
     * Lets a builder's checkpoints go on as somebody else says.
     *
     * @param builder the builder
     * @param runner who says it
     * @return the builder
     */
    public static PagerBuilder checkpoints(PagerBuilder builder, CheckpointRunner runner) {
        return builder.lastTouch(config -> config.withCheckpoints(runner));
    }
}
