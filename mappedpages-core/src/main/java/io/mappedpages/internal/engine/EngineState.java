package io.mappedpages.internal.engine;

/** Where an engine is in its life. */
public enum EngineState {
    /** Working. */
    OPEN,
    /** Stopped by a failed remap, write or sync; everything committed before is intact in the file. */
    UNAVAILABLE,
    /** Closed for good. */
    CLOSED
}
