package io.mappedpages.internal.latch;

import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.log.SafeLog;

/**
 * Remembers who took each open borrow, when and where, and reports once each one that is open for too long. It is there
 * only if the user wants it: a stack trace costs many times what a borrow costs.
 *
 * <p>A thread of its own looks after the borrows. Nothing that it knows leads to the pager, so a pager that was forgotten
 * is noticed all the same.
 */
public final class BorrowWatch implements AutoCloseable {

    private static final SafeLog LOG = SafeLog.of(BorrowWatch.class);

    private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);
    /** More nanoseconds than this cannot be counted: 292 years. */
    private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

    private final Path path;
    private final long longest;
    private final Set<Hold> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    private @Nullable Thread thread;

    /**
     * Nobody looks after the borrows before {@link #start}.
     *
     * @param path    of the file, for the log
     * @param longest how long a borrow may be open
     */
    public BorrowWatch(Path path, Duration longest) {
        this.path = path;
        this.longest = longest.compareTo(FOREVER) < 0 ? longest.toNanos() : Long.MAX_VALUE;
    }

    /** One borrow that is open. */
    public static final class Hold {
        private final Latch latch;
        private final TakenHere place;
        private final long since = System.nanoTime();
        /** For the thread that reports. */
        private boolean reported;

        private Hold(Latch latch, TakenHere place) {
            this.latch = latch;
            this.place = place;
        }

        private boolean isOf(LatchTable table, long page) {
            return latch.table() == table && latch.page() == page && !latch.isReleased();
        }
    }

    /** Has a stack, and is never thrown. The words are made when somebody reads them. */
    private static final class TakenHere extends Exception {
        private static final long serialVersionUID = 1L;

        private final long page;
        private final long protectedId;
        private final boolean writing;
        private final String thread = Thread.currentThread().getName();

        TakenHere(long page, long protectedId, boolean writing) {
            this.page = page;
            this.protectedId = protectedId;
            this.writing = writing;
        }

        String what() {
            return (protectedId < 0 ? "page " + page : "protected page " + protectedId)
                    + (writing ? " for writing" : " for reading");
        }

        @Override
        public String getMessage() {
            return "thread " + thread + " borrowed " + what() + " here";
        }
    }

    /**
     * Notes that the calling thread has just taken a latch.
     *
     * @param protectedId of which the page is a copy, or -1
     * @return for {@link #forget}
     */
    public Hold note(Latch latch, long protectedId, boolean writing) {
        Hold hold = new Hold(latch, new TakenHere(latch.page(), protectedId, writing));
        open.add(hold);
        return hold;
    }

    /** Notes that a latch was given back. Again does nothing. */
    public void forget(Hold hold) {
        open.remove(hold);
    }

    /** {@return the places where those who hold {@code page} took it} */
    public List<Throwable> places(LatchTable latches, long page) {
        return open.stream().filter(hold -> hold.isOf(latches, page)).<Throwable>map(hold -> hold.place).toList();
    }

    /** Begins to look after the borrows. Once. */
    public void start() {
        thread = Thread.ofPlatform().daemon().name("mappedpages-borrows " + path.getFileName())
                .inheritInheritableThreadLocals(false).start(this::run);
    }

    /** From now on nothing is reported. Does not wait for the thread to end. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            long pause = longest;
            try {
                pause = reportOverdue();
            } catch (RuntimeException | Error e) {
                // There is no memory, say. There may be later.
            }
            Thread.interrupted(); // by somebody's log handler, and there would be no pause any more
            LockSupport.parkNanos(this, Math.max(pause, SHORTEST_PAUSE));
        }
    }

    /** {@return nanoseconds until the next one may be overdue; one that is taken later is not before that} */
    private long reportOverdue() {
        open.removeIf(hold -> hold.latch.isReleased()); // by a thread that had no stack left to say so
        long now = System.nanoTime();
        long pause = longest;
        for (Hold hold : open) {
            long left = longest - (now - hold.since);
            if (left > 0) {
                pause = Math.min(pause, left);
            } else if (!hold.reported && !closed) {
                hold.reported = true;
                report(hold.place, now - hold.since);
            }
        }
        return pause;
    }

    private void report(TakenHere place, long age) {
        LOG.log(Level.WARNING, path + ": thread " + place.thread + " borrowed " + place.what() + " "
                + Duration.ofNanos(age).toMillis() + " ms ago and has not given it back; more than "
                + Duration.ofNanos(longest).toMillis() + " ms are taken for a mistake (overdueBorrow). "
                + "Close every borrow, best with try-with-resources.", place);
    }
}
