package io.mappedpages.internal.engine;

import java.lang.System.Logger.Level;
import java.lang.ref.Cleaner;

import io.mappedpages.internal.log.SafeLog;

/**
 * What is done about a pager that was never closed and that nobody can reach any more. The operating system would take the
 * lock of its file from it when the collector comes to the file, and this JVM's claim on the file would stay for ever. So
 * it is reported, with the place where it was opened, and closed, unless something of it is borrowed or in use: then it is looked at
 * again after every collection.
 *
 * <p>Nothing that this object knows may lead back to what is watched.
 */
public final class Forgotten implements Runnable {

    private static final SafeLog LOG = SafeLog.of(Forgotten.class);
    private static final Cleaner CLEANER = Cleaner.create();

    private final Lifecycle life;
    private final Runnable afterwards;
    private final OpenedHere openedHere = new OpenedHere();
    private boolean reported;

    private Forgotten(Lifecycle life, Runnable afterwards) {
        this.life = life;
        this.afterwards = afterwards;
    }

    /** Has a stack, and is never thrown. */
    private static final class OpenedHere extends Exception {
        private static final long serialVersionUID = 1L;

        OpenedHere() {
            super("the pager was opened here");
        }
    }

    /**
     * Begins to watch.
     *
     * @param handle     an object that everybody knows who can do anything with the pager
     * @param afterwards what to do when a forgotten pager was closed
     * @return to be {@linkplain Cleaner.Cleanable#clean cleaned} when the pager was closed
     */
    static Cleaner.Cleanable watch(Object handle, Lifecycle life, Runnable afterwards) {
        return CLEANER.register(handle, new Forgotten(life, afterwards));
    }

    @Override
    public void run() {
        if (life.isOver()) {
            return;
        }
        if (!reported && life.state() != EngineState.CLOSED) { // else closing could not be finished, and has said so
            reported = true;
            LOG.log(Level.WARNING, life.path() + " was not closed, and nothing refers to its pager any more; "
                    + "it is closed now, or as soon as nothing of it is borrowed. Close every pager.", openedHere);
        }
        if (life.closeForgotten()) {
            afterwards.run();
        } else {
            CLEANER.register(new Object(), this); // which nobody knows either: this runs again after the next collection
        }
    }
}
