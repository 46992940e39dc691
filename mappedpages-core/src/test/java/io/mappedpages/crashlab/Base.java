package io.mappedpages.crashlab;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.mappedpages.Pager;
import io.mappedpages.internal.format.Geometry;

/**
 * A file to begin with, durable on the medium. Made once for each way of making it, so that equal states are equal to the
 * bit wherever they come up.
 *
 * @param content   its bytes, at least {@code length}; never changed
 * @param capacity  how long the file may become, a power of two
 * @param model     what it holds
 * @param nextStamp the first stamp that was not used in it
 */
record Base(String name, Options options, byte[] content, int length, int capacity, Model model,
        int nextStamp) {

    private static final Map<String, Base> MADE = new ConcurrentHashMap<>();
    /** A file just created. */
    static Base fresh(Options options) {
        return made("fresh", options, options.pageSize() << options.capacityLog2(), _ -> {
        });
    }

    /**
     * A file with a past: pages of both kinds with content, freed ones whose bytes are not zeros, both copies of protected
     * pages written, and pages at the end that were never used.
     */
    static Base used(Options options) {
        return made("used", options, options.pageSize() << options.capacityLog2(), session -> {
            session.run(Op.ALLOC_PROTECTED_BULK);
            for (int i = 0; i < 4; i++) {
                session.run(Op.PROTECTED_COMMIT);
                session.run(Op.ALLOC);
                session.run(Op.REGULAR_COMMIT);
            }
            session.run(Op.FREE);
            session.run(Op.ALLOC_PROTECTED_BULK);
            session.run(Op.PROTECTED_COMMIT);
            session.run(Op.ALLOC);
            session.run(Op.REGULAR_COMMIT);
            session.run(Op.FREE_PROTECTED);
            session.run(Op.ALLOC);
            session.run(Op.REGULAR_COMMIT);
            session.run(Op.ALLOC);
            session.run(Op.REGULAR_COMMIT);
            session.run(Op.FREE);
        });
    }

    /** A file with exactly so many pages in use, and a few protected ones: for the edges of tree nodes. */
    static Base filled(Options options, int pagesInUse, int capacity) {
        return made("filled to " + pagesInUse, options, capacity, session -> {
            session.run(Op.ALLOC_PROTECTED_BULK);
            session.run(Op.PROTECTED_COMMIT);
            take(session, pagesInUse);
            session.run(Op.REGULAR_COMMIT);
        });
    }

    /** A file with this past. */
    static Base of(String name, Options options, List<Op> past) {
        return made(name, options, options.pageSize() << options.capacityLog2(), session -> past.forEach(session::run));
    }

    /** A file with exactly so many protected pages. */
    static Base guarded(Options options, int count, int capacity) {
        return made("with " + count + " protected pages", options, capacity, session -> {
            Pager pager = session.pager();
            pager.allocProtectedBulk(count - pager.allocatedProtectedPages().mapToInt(_ -> 1).sum())
                    .forEach(id -> session.model().guardedAllocated(id.number()));
            session.run(Op.PROTECTED_COMMIT);
            session.run(Op.ALLOC);
            session.run(Op.REGULAR_COMMIT);
        });
    }

    private static void take(Session session, int pagesInUse) {
        Pager pager = session.pager();
        while (true) {
            int missing = (int) (pagesInUse - (pager.pageCount() - pager.freePageCount()));
            if (missing <= 0) {
                return;
            }
            // growing and new nodes take pages, too: come close first, then go page by page
            int bulk = missing > 64 ? missing - 32 : 1;
            pager.allocBulk(bulk).forEach(id -> session.model().allocated(id.number()));
        }
    }

    private static Base made(String name, Options options, int capacity, Consumer<Session> history) {
        return MADE.computeIfAbsent(name + " " + options, _ -> make(name, options, capacity, history));
    }

    private static Base make(String name, Options options, int capacity, Consumer<Session> history) {
        SimulatedDisk disk = new SimulatedDisk(capacity);
        disk.stopRecording();
        options.create(disk).close();
        SimulatedFile file = disk.file();
        if (file == null) {
            throw new LabFailure("there is no file");
        }
        FixedId.put(file.bytes, Geometry.ofLog2(options.pageSizeLog2()));
        Session session = new Session(disk, options, new Model(), 1).open();
        history.accept(session);
        if (options.ringBytes() > 0) {
            disk.finishCheckpoint(); // and then the process is killed, so that there are records to replay
        } else {
            session.pager().close();
        }
        return new Base(name, options, Arrays.copyOf(file.bytes, file.length), file.length, capacity, session.model(),
                session.lastStamp());
    }

    /** A file with these bytes, which are copied. */
    Base with(String newName, Options newOptions, byte[] bytes, int newLength, Model newModel, int newStamp) {
        return new Base(newName, newOptions, Arrays.copyOf(bytes, newLength), newLength, capacity, newModel, newStamp);
    }

    /** The same, and the file may become so long. */
    Base withRoom(int most) {
        return new Base(name, options, content, length, most, model, nextStamp);
    }

    SimulatedDisk disk() {
        return new SimulatedDisk(content, length, capacity);
    }

    Medium medium() {
        return new Medium(content, length, capacity);
    }

    @Override
    public String toString() {
        return name + ", pages of " + options.pageSize();
    }
}
