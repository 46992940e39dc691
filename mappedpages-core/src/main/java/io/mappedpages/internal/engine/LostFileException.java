package io.mappedpages.internal.engine;

import java.io.IOException;

/** The open file is not the file any more that was opened, or not all of it. */
final class LostFileException extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient LostFile lost;

    LostFileException(LostFile lost) {
        super(lost.toString());
        this.lost = lost;
    }

    /** {@return what became of it} */
    LostFile lost() {
        return lost;
    }
}
