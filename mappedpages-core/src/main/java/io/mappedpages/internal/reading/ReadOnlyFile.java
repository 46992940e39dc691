package io.mappedpages.internal.reading;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.fault.LostFile;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.format.Sums;
import io.mappedpages.internal.pageio.PageContents;
import io.mappedpages.internal.reading.Following.NotAsCommittedException;
import io.mappedpages.internal.recovery.Recovery;
import io.mappedpages.internal.recovery.Verification;
import io.mappedpages.internal.recovery.Verifier;
import io.mappedpages.internal.storage.PageSource;
import io.mappedpages.internal.storage.Whereabouts;
import io.mappedpages.internal.thread.StackRoom;
import io.mappedpages.internal.tree.ColdNodes;
import io.mappedpages.internal.tree.MapRuns;
import io.mappedpages.internal.tree.PageMap;
import io.mappedpages.internal.tree.PageRules;
import io.mappedpages.internal.tree.Sought;
import io.mappedpages.internal.tree.StateRun;

/** A page file that is only read, perhaps while another process, or this one, writes to it. Any thread. */
public final class ReadOnlyFile implements AutoCloseable {

    /** Verifications that find something although the file has changed meanwhile. */
    private static final int MOST_VERIFICATIONS = 5;

    private final PageSource source;
    private final Path path;
    private final Following following;
    private final PageContents contents;
    private final int pageSize;

    /**
     * Reads the newest state. If that fails, {@code source} is still the caller's.
     *
     * @param acceptUnreadable whether to go on without what cannot be read
     * @param cacheBytes       heap, about, for the nodes of each tree
     * @param patience         how long a call may try again while the file changes under it
     * @throws FaultException if the file cannot be used
     */
    public ReadOnlyFile(PageSource source, Path path, boolean acceptUnreadable, long cacheBytes, Duration patience)
            throws IOException {
        this.source = source;
        this.path = path;
        this.following = new Following(source, path, acceptUnreadable, cacheBytes, patience);
        this.contents = new PageContents(following.current().geometry());
        this.pageSize = following.current().geometry().pageSize();
    }

    /** {@return the file, all symbolic links resolved} */
    public Path path() {
        return path;
    }

    /** {@return bytes in a page} */
    public int pageSize() {
        return pageSize;
    }

    /** {@return pages in the file} */
    public long pageCount() {
        return metadata().pageCount();
    }

    /** {@return pages that are free} */
    public long freePageCount() {
        return metadata().freeCount();
    }

    /** {@return protected pages in use} */
    public long protectedPageCount() {
        return metadata().protectedCount();
    }

    /** {@return the last commit that is seen} */
    public long generation() {
        return metadata().generation();
    }

    private MetadataPage metadata() {
        return following.current().metadata();
    }

    /** {@return what a recovery would find, or null if nothing is wrong} */
    public @Nullable Recovery recovery() {
        return following.current().recovery();
    }

    /**
     * Goes on to the newest commit. {@return its generation}
     *
     * @throws FaultException if the file has another name now, or none, or another file has its name
     */
    public long refresh() {
        following.current(); // refused when closed
        try {
            requireInPlace();
        } catch (IOException e) {
            throw following.failure(e);
        }
        return following.refresh();
    }

    private void requireInPlace() throws IOException {
        Whereabouts now = source.whereabouts();
        if (!now.isInPlace()) {
            Path other = now.now();
            LostFile lost = now.name() == Whereabouts.Name.LEADS_TO_ANOTHER ? new LostFile.Replaced(other, null)
                    : other == null ? new LostFile.Deleted(null) : new LostFile.Renamed(other);
            throw new FaultException(new Fault.Moved(path, lost));
        }
    }

    /** {@return a copy of a regular page} What somebody stores into it meanwhile may be there in part. */
    public MemorySegment read(long page) {
        MemorySegment copy = buffer();
        return following.insist(seen -> {
            requireData(seen, page);
            contents.read(source, page, Fault.Part.REGULAR, copy);
            return copy.asReadOnly();
        });
    }

    private static void requireData(Snapshot seen, long page) throws IOException {
        PageRules.requireInFile(page, seen.state().pageCount());
        PageMap map = seen.state().map();
        int state = map.durableState(page);
        if (state == PageMap.NOT_LOADED) {
            state = seen.look(() -> map.loadDurableState(page));
        }
        if (state == PageState.FREE) {
            throw new FaultException(new Fault.NotSeen(page, false, seen.generation()));
        }
        PageRules.requireData(page, state, false);
    }

    /** {@return a copy of a protected page, as one commit has left it that is not older than what was seen before} */
    public MemorySegment readProtected(long id) {
        MemorySegment copy = buffer();
        return following.insist(seen -> {
            CopyPair entry = entry(seen, id);
            Sums sums = contents.read(source, entry.activePage(), Fault.Part.CONTENTS, copy);
            if (!sums.equals(entry.sums())) {
                throw new NotAsCommittedException(entry, new Fault.CorruptProtectedPage(path, id,
                        entry.activePage(), sums.toString(), entry.sums().toString()));
            }
            return copy.asReadOnly();
        });
    }

    private static CopyPair entry(Snapshot seen, long id) throws IOException {
        long pages = seen.state().pageCount();
        PageRules.requireNotNegative(id, pages);
        CopyPair entry = seen.state().durableEntry(id);
        if (entry == null) {
            entry = seen.look(() -> seen.state().directory().loadDurableEntry(id));
        }
        if (!entry.inUse() && id < pages) {
            throw new FaultException(new Fault.NotSeen(id, true, seen.generation()));
        }
        return PageRules.requireInUse(id, entry, pages, false);
    }

    /** Of longs, so that whatever layout a user has is aligned in it. */
    private MemorySegment buffer() {
        return MemorySegment.ofArray(new long[pageSize / Long.BYTES]);
    }

    /** {@return the smallest page at or after {@code from} that is allocated to a user, or -1} */
    public long nextAllocated(long from) {
        return from < 0 ? -1 : seek(from, (seen, at) -> {
            long pages = seen.state().pageCount();
            return at >= pages ? Sought.NOTHING : seen.state().map().nextOfState(PageState.DATA, at, pages);
        });
    }

    /** {@return the smallest protected page at or after {@code from} that is in use, or -1} */
    public long nextProtected(long from) {
        return from < 0 ? -1 : seek(from, (seen, at) -> seen.state().directory().nextUsed(at));
    }

    /** Looks at one leaf. */
    private interface Look {
        Sought at(Snapshot seen, long from) throws IOException;
    }

    private long seek(long from, Look look) {
        Sought sought = new Sought(-1, from);
        while (!sought.isOver()) {
            long at = sought.next();
            sought = following.insist(seen -> seen.look(() -> look.at(seen, at)));
        }
        return sought.found();
    }

    /** {@return the pages from {@code from} on that are used for the same, perhaps not all of them; null behind the end} */
    public @Nullable StateRun nextRun(long from) {
        try {
            return runAt(from, MapRuns::whole);
        } catch (FaultException e) {
            if (e.fault() instanceof Fault.CorruptNode || e.fault() instanceof Fault.Unreadable) {
                return runAt(from, MapRuns::at); // which says that it cannot be told
            }
            throw e;
        }
    }

    /** Looks at the map. */
    private interface MapLook {
        StateRun at(MapRuns runs, long from) throws IOException;
    }

    private @Nullable StateRun runAt(long from, MapLook look) {
        return following.<Optional<StateRun>>insist(seen -> seen.look(() -> from >= seen.state().pageCount()
                ? Optional.empty()
                : Optional.of(look.at(seen.state().map().runs(), from)))).orElse(null);
    }

    /**
     * Checks the whole file as it is now. What is found while others write counts only if they have written nothing since: so it
     * is checked again then.
     *
     * @throws FaultException if it was written to each time
     */
    public Verification verify() {
        StackRoom.forChange();
        long begun = System.nanoTime();
        try {
            for (int attempt = 0; attempt < MOST_VERIFICATIONS; attempt++) {
                following.current(); // refused when closed
                Snapshot own = following.newest();
                Verification found = Verifier.verify(source, path, own.geometry(), own.state(), contents,
                        new Unmoved(own));
                if (found.findings().isEmpty() || own.isNewest()) {
                    return found;
                }
            }
        } catch (IOException e) {
            throw following.failure(e);
        }
        throw new FaultException(new Fault.Restless(path, Duration.ofNanos(System.nanoTime() - begun)));
    }

    /** A state that nobody brings on. */
    private final class Unmoved implements Verifier.Guard {

        private final Snapshot own;

        Unmoved(Snapshot own) {
            this.own = own;
        }

        @Override
        public <T extends @Nullable Object> T look(ColdNodes.Action<T> action) {
            try {
                return own.look(action);
            } catch (IOException e) {
                throw following.failure(e);
            }
        }

        @Override
        public long quiet() {
            try {
                return own.isNewest() ? own.generation() : -1;
            } catch (IOException e) {
                throw following.failure(e);
            }
        }
    }

    /** Closes the file. Closing again does nothing. */
    @Override
    public void close() {
        following.close();
        try {
            source.close();
        } catch (IOException e) {
            throw new FaultException(new Fault.Io(path, Fault.Doing.READING), e);
        }
    }
}
