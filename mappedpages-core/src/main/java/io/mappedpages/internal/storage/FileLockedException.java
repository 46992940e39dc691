package io.mappedpages.internal.storage;

import java.io.IOException;
import java.nio.file.Path;

/** Somebody else has the page file open. */
public final class FileLockedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final Holder holder;

    /** Who has the file open, as far as that can be told. */
    public enum Holder {
        /** This very Java process, through whatever path. */
        THIS_JVM("in this JVM"),
        /** Another process on this machine, or on another one if the file system carries locks over the network. */
        ANOTHER_PROCESS("by another process");

        private final String words;

        Holder(String words) {
            this.words = words;
        }
    }

    /**
     * Makes the exception.
     *
     * @param path   the page file
     * @param holder who has it open
     */
    public FileLockedException(Path path, Holder holder) {
        super(path + " is held " + holder.words);
        this.holder = holder;
    }

    /** Returns who has the file open. */
    public Holder holder() {
        return holder;
    }

    /** Returns who has the file open, in words: {@code "in this JVM"} or {@code "by another process"}. */
    public String heldBy() {
        return holder.words;
    }
}
