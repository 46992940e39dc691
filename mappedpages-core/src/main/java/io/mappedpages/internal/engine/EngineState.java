package io.mappedpages.internal.engine;

/** Where an engine is in its life. */
public enum EngineState {
    /** Working. */
    OPEN,
    /** Stopped by a failed remap, write or sync, or because the file is not what it was any more. */
    UNAVAILABLE,
    /** Closed for good. */
    CLOSED
}
