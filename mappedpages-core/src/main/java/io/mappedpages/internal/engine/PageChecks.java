package io.mappedpages.internal.engine;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.PageState;

/** Whether a number that a caller names is a page or protected page that the caller may use, and if not, why. */
final class PageChecks {

    private final Exclusive exclusive;

    PageChecks(Exclusive exclusive) {
        this.exclusive = exclusive;
    }

    /** Throws unless {@code page} is in the file and allocated to a user as a regular page. */
    void requireData(Incarnation file, long page, boolean freeing) {
        long pages = file.pageCount();
        if (page < 0 || page >= pages) {
            throw new EngineException(new Fault.OutOfBounds(page, pages, false));
        }
        int state = file.map.durableState(page);
        if (state == PageMap.NOT_LOADED) {
            state = exclusive.on(file, _ -> file.map.state(page));
        }
        switch (state) {
            case PageState.DATA -> {
                // that is what the caller may have
            }
            case PageState.FREE -> throw new EngineException(
                    freeing ? new Fault.DoubleFree(page, false) : new Fault.NotAllocated(page, false));
            case PageState.COPY -> throw new EngineException(new Fault.Reserved(page, Fault.Part.CONTENTS));
            default -> throw new EngineException(new Fault.Reserved(page, page == 0 ? Fault.Part.SUPERBLOCK
                    : page < Geometry.RESERVED_PAGES ? Fault.Part.METADATA : Fault.Part.NODE));
        }
    }

    /** {@return the copies of a protected page, which is in use} */
    CopyPair requireEntry(Incarnation file, long id, boolean freeing) {
        long pages = file.pageCount();
        if (id < 0) {
            throw new EngineException(new Fault.OutOfBounds(id, pages, true));
        }
        CopyPair pair = file.durableEntry(id);
        if (pair == null) {
            pair = exclusive.on(file, _ -> file.directory.entry(id));
        }
        if (!pair.inUse()) {
            if (id >= pages) { // more protected pages than pages there cannot be, but after a trim a high id may be left
                throw new EngineException(new Fault.OutOfBounds(id, pages, true));
            }
            throw new EngineException(freeing ? new Fault.DoubleFree(id, true) : new Fault.NotAllocated(id, true));
        }
        return pair;
    }
}
