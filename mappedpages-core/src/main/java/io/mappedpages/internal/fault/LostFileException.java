package io.mappedpages.internal.fault;

import java.io.IOException;

/** The open file is not the file any more that was opened, or not all of it. */
public final class LostFileException extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient LostFile lost;

    /** @param lost what became of it */
    public LostFileException(LostFile lost) {
        super(lost.toString());
        this.lost = lost;
    }

    /** {@return what became of it} */
    public LostFile lost() {
        return lost;
    }
}
