package io.mappedpages;

import io.mappedpages.internal.fault.Fault;

/** The pages that faults are about, by the names their callers know them by. */
final class Handles {

    private Handles() {
    }

    static PageHandle of(long number, boolean isProtected) {
        return isProtected ? new ProtectedPageId(number) : new PageId(number);
    }

    static PageHandle of(Fault.Borrowed fault) {
        return fault.protectedId() < 0 ? new PageId(fault.page()) : new ProtectedPageId(fault.protectedId());
    }
}
