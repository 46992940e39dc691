package io.mappedpages.internal.transaction;

/** What is told of growth, on the thread that did it: see {@code EngineEvents}. */
public interface GrowthEvents {

    /** The file has more pages than before. */
    default void grew(long oldPageCount, long newPageCount, long nanos) {
    }
}
