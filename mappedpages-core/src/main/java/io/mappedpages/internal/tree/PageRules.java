package io.mappedpages.internal.tree;

import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.PageState;

/** What a user may have, by what a state of the file says of it; and if not, why. */
public final class PageRules {

    private PageRules() {
    }

    /** Throws unless there is such a page in a file of {@code pages} pages. */
    public static void requireInFile(long page, long pages) {
        if (page < 0 || page >= pages) {
            throw new FaultException(new Fault.OutOfBounds(page, pages, false));
        }
    }

    /** Throws unless {@code state}, which is that of {@code page}, is that of a user's regular page. */
    public static void requireData(long page, int state, boolean freeing) {
        switch (state) {
            case PageState.DATA -> {
                // that is what the caller may have
            }
            case PageState.FREE -> throw new FaultException(
                    freeing ? new Fault.DoubleFree(page, false) : new Fault.NotAllocated(page, false));
            case PageState.COPY -> throw new FaultException(new Fault.Reserved(page, Fault.Part.CONTENTS));
            default -> throw new FaultException(new Fault.Reserved(page, page == 0 ? Fault.Part.SUPERBLOCK
                    : page < Geometry.RESERVED_PAGES ? Fault.Part.METADATA : Fault.Part.NODE));
        }
    }

    /** Throws if there never is such a protected page. */
    public static void requireNotNegative(long id, long pages) {
        if (id < 0) {
            throw new FaultException(new Fault.OutOfBounds(id, pages, true));
        }
    }

    /** {@return {@code pair}, which is the entry of {@code id} in a file of {@code pages} pages, if it is in use} */
    public static CopyPair requireInUse(long id, CopyPair pair, long pages, boolean freeing) {
        if (!pair.inUse()) {
            if (id >= pages) { // more protected pages than pages there cannot be, but after a trim a high id may be left
                throw new FaultException(new Fault.OutOfBounds(id, pages, true));
            }
            throw new FaultException(freeing ? new Fault.DoubleFree(id, true) : new Fault.NotAllocated(id, true));
        }
        return pair;
    }
}
