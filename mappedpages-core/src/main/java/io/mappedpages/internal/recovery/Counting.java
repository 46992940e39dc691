package io.mappedpages.internal.recovery;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.tree.ChangeWatch;
import io.mappedpages.internal.tree.FileState;
import io.mappedpages.internal.tree.LeafCount;

/**
 * Counts all states and entries, one leaf at a time under the engine lock, while they change: what changes in a leaf that
 * was counted already is added. So when the last leaf is counted, the sums are those of that very moment, and are compared with
 * the metadata under the same lock. Where the file gets shorter meanwhile it is counted anew.
 */
final class Counting implements ChangeWatch {

    /** A trim shortens the file in steps, and ends some time. */
    private static final int MOST_ATTEMPTS = 100;

    private final Verifier.Guard guard;
    private final FileState state;
    /** What is before this page, or this protected page, is counted. All under the engine lock. */
    private long pagesBelow;
    private long idsBelow;
    private boolean wasCut;
    private long data;
    private long internal;
    private long notFree;
    private long entries;
    private long pages;
    private long free;
    private List<String> differences = List.of();

    Counting(Verifier.Guard guard, FileState state) {
        this.guard = guard;
        this.state = state;
    }

    /** Counts. {@return what is wrong} */
    List<String> run() {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            guard.look(() -> {
                begin();
                return true;
            });
            try {
                for (long page = 0; page >= 0;) {
                    long at = page;
                    page = guard.look(() -> countStates(at));
                }
                for (long id = 0; id >= 0;) {
                    long at = id;
                    id = guard.look(() -> countEntries(at));
                }
            } catch (FaultException e) {
                if (!(e.fault() instanceof Fault.CorruptNode) && !(e.fault() instanceof Fault.Unreadable)) {
                    throw e;
                }
                return List.of(); // it was found as what it is, and what is below it cannot be counted
            } finally {
                guard.look(() -> {
                    state.unwatch(this);
                    return true;
                });
            }
            if (!wasCut) {
                break;
            }
        }
        return differences;
    }

    private void begin() {
        pagesBelow = 0;
        idsBelow = 0;
        wasCut = false;
        data = 0;
        internal = 0;
        notFree = 0;
        entries = 0;
        state.watch(this);
    }

    private long countStates(long page) throws IOException {
        LeafCount leaf = state.map().count(page);
        data += leaf.data();
        internal += leaf.internal();
        notFree += leaf.data() + leaf.copies() + leaf.internal();
        pagesBelow = leaf.next() < 0 ? Long.MAX_VALUE : leaf.next();
        return leaf.next();
    }

    private long countEntries(long id) throws IOException {
        LeafCount leaf = state.directory().count(id);
        entries += leaf.data();
        idsBelow = leaf.next() < 0 ? Long.MAX_VALUE : leaf.next();
        if (leaf.next() < 0 && !wasCut) {
            compare();
        }
        return leaf.next();
    }

    /** In the moment in which the last was counted. */
    private void compare() {
        MetadataPage now = state.metadata().current();
        pages = now.pageCount();
        free = pages - notFree;
        List<String> found = new ArrayList<>();
        if (now.freeCount() != free) {
            found.add("the metadata counts " + now.freeCount() + " free pages, there are " + free);
        }
        if (now.protectedCount() != entries) {
            found.add("the metadata counts " + now.protectedCount() + " protected pages, there are " + entries);
        }
        differences = found;
    }

    @Override
    public void touched(long first, long count) {
        // counts are said below
    }

    @Override
    public void freed(long first, int more) {
        if (first < pagesBelow) {
            notFree -= more;
        }
    }

    @Override
    public void used(long id, int more) {
        if (id < idsBelow) {
            entries += more;
        }
    }

    @Override
    public void cut(long shorter) {
        wasCut |= pagesBelow > shorter;
    }

    long pages() {
        return pages;
    }

    long free() {
        return free;
    }

    long data() {
        return data;
    }

    long entries() {
        return entries;
    }

    long internal() {
        return internal;
    }
}
