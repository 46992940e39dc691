package io.mappedpages.crashlab;

import org.jspecify.annotations.Nullable;

/** The pager did something it promised not to do, with the way to get there. */
final class LabFailure extends AssertionError {

    private static final long serialVersionUID = 1L;

    LabFailure(String message) {
        super(message);
    }

    LabFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
