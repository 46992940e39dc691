package io.mappedpages.crashlab;

/** Thrown by every storage call of a process that was killed. Nothing the process does afterwards reaches the disk. */
final class ProcessDeath extends Error {

    private static final long serialVersionUID = 1L;

    ProcessDeath() {
        super("the process was killed", null, false, false);
    }
}
