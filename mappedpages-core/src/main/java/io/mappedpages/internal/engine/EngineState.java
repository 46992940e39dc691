package io.mappedpages.internal.engine;

/** Where an engine is in its life. */
public enum EngineState {
    /** Working. */
    OPEN,
    /** Stopped by a failed remap, write or sync, or because the file is not what it was any more. */
    UNAVAILABLE,
    /** The file was given up, in order, to be opened again. */
    SUSPENDED,
    /** Closed for good. */
    CLOSED
}
