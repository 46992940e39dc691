package io.mappedpages.internal.commit;

/**
 * What is told of commits, on the thread that made them, under the engine lock: see {@code EngineEvents}. Takes no memory:
 * they are durable, and may not fail any more.
 */
public interface CommitEvents {

    /**
     * Changes became durable: by a record, or by a checkpoint that has them in it.
     *
     * @param callers calls that the commit carried; 0 for one that the engine makes for itself
     * @param bytes   what was written for it, not what users stored
     * @param syncs   how often that was made durable
     * @param nanos   since its first write
     */
    default void committed(long generation, int callers, long bytes, int syncs, long nanos) {
    }

    /**
     * A file with a journal got a checkpoint by itself, which carries no call.
     *
     * @param records of the journal that it took over
     * @param bytes   what was written for it
     * @param syncs   how often that was made durable
     * @param nanos   since its first write
     */
    default void checkpointed(long generation, long records, long bytes, int syncs, long nanos) {
    }
}
