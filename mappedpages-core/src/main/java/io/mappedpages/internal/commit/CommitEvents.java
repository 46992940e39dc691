package io.mappedpages.internal.commit;

/** What is told of commits, on the thread that made them, under the engine lock: see {@code EngineEvents}. */
public interface CommitEvents {

    /**
     * A generation that became durable.
     *
     * @param callers calls that it carried; 0 for one that the engine makes for itself
     * @param bytes   what was written for it, not what users stored
     * @param syncs   how often that was made durable
     * @param nanos   since its first write
     */
    record Commit(long generation, int callers, long bytes, int syncs, long nanos) {
    }

    /**
     * A generation that became durable and changes nothing for callers: it takes over what the journal has.
     *
     * @param records of the journal that it took over
     * @param bytes   what was written for it
     * @param syncs   how often that was made durable
     * @param nanos   since its first write
     */
    record Checkpoint(long generation, long records, long bytes, int syncs, long nanos) {
    }

    /** Changes became durable: by a record, or by a checkpoint that has them in it. */
    default void committed(Commit commit) {
    }

    /** A file with a journal got a checkpoint by itself. */
    default void checkpointed(Checkpoint checkpoint) {
    }
}
