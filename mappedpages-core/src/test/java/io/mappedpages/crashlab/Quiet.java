package io.mappedpages.crashlab;

import java.util.logging.Level;
import java.util.logging.Logger;

/** Keeps the pager's log silent while it is made to fail a million times. */
final class Quiet implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger("io.mappedpages");

    private final Level before = LOG.getLevel();

    Quiet() {
        LOG.setLevel(Level.OFF);
    }

    @Override
    public void close() {
        LOG.setLevel(before);
    }
}
