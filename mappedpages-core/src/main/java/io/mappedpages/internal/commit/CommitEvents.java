package io.mappedpages.internal.commit;

/** What is told of commits, on the thread that made them, under the engine lock: see {@code EngineEvents}. */
public interface CommitEvents {

    /** A generation became durable. {@code bytesWritten} counts what the commit wrote, not what users stored. */
    default void committed(long generation, long bytesWritten, long nanos) {
    }
}
