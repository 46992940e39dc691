package io.mappedpages.crashlab;

import java.util.EnumSet;
import java.util.Set;

/** What may go wrong in one call, and in which calls. */
enum DiskFault {
    /** An exception, and nothing was done. */
    BEFORE(EnumSet.complementOf(EnumSet.of(DiskCall.DISCARD))),
    /** Everything was done, and an exception nevertheless. */
    AFTER(EnumSet.range(DiskCall.LENGTH, DiskCall.CLOSE)),
    /** Half of the bytes, or every other range, were dealt with; then an exception. */
    HALF(EnumSet.of(DiskCall.READ, DiskCall.WRITE, DiskCall.SYNC_RANGES, DiskCall.EXTEND)),
    /** No room, half way. */
    OUT_OF_SPACE(EnumSet.of(DiskCall.WRITE, DiskCall.EXTEND, DiskCall.CREATE_TEMPORARY, DiskCall.LOCK)),
    /**
     * An exception from a sync, after which the operating system takes what it could not write for written: it is read
     * from the cache, later syncs succeed without writing it, and the next power cut may show that it never was.
     */
    SYNC_LOST(EnumSet.of(DiskCall.SYNC, DiskCall.SYNC_RANGES)),
    /** The process is killed before the call. */
    DEATH_BEFORE(EnumSet.of(DiskCall.WRITE, DiskCall.SYNC, DiskCall.SYNC_RANGES, DiskCall.EXTEND, DiskCall.TRUNCATE,
            DiskCall.MAP, DiskCall.CREATE_TEMPORARY, DiskCall.PUBLISH, DiskCall.CLOSE)),
    /** The process is killed half way through the call. */
    DEATH_HALF(EnumSet.of(DiskCall.WRITE, DiskCall.SYNC_RANGES, DiskCall.EXTEND, DiskCall.PUBLISH)),
    /** The process is killed when the call has done its work and before it has told anybody. */
    DEATH_AFTER(EnumSet.of(DiskCall.WRITE, DiskCall.SYNC, DiskCall.SYNC_RANGES, DiskCall.EXTEND, DiskCall.TRUNCATE,
            DiskCall.PUBLISH));

    static final Set<DiskFault> FAILURES = EnumSet.of(BEFORE, AFTER, HALF, OUT_OF_SPACE, SYNC_LOST);
    static final Set<DiskFault> DEATHS = EnumSet.of(DEATH_BEFORE, DEATH_HALF, DEATH_AFTER);

    private final Set<DiskCall> calls;

    DiskFault(Set<DiskCall> calls) {
        this.calls = calls;
    }

    /** Tells whether a call can fail in this way. */
    boolean strikes(DiskCall call) {
        return calls.contains(call);
    }

    boolean isDeath() {
        return DEATHS.contains(this);
    }

    boolean isHalf() {
        return this == HALF || this == OUT_OF_SPACE || this == DEATH_HALF;
    }

    boolean isAfter() {
        return this == AFTER || this == DEATH_AFTER;
    }
}
