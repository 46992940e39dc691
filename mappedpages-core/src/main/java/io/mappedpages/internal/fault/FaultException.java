package io.mappedpages.internal.fault;

import org.jspecify.annotations.Nullable;

/** Carries a {@link Fault} up to the API, which turns it into the public exception of that kind. */
public final class FaultException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Fault fault;

    /** Wraps {@code fault}, behind which there is no other failure. */
    public FaultException(Fault fault) {
        this(fault, null);
    }

    /** Wraps {@code fault}; {@code cause} is the failure behind it, if any. */
    public FaultException(Fault fault, @Nullable Throwable cause) {
        super(fault.toString(), cause);
        this.fault = fault;
    }

    /** {@return what went wrong} */
    public Fault fault() {
        return fault;
    }
}
