package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What one thread does with a pager that fails, is reopened or closed now and then, and what it must find there. */
final class StressedThread {

    private static final long REST_NANOS = TimeUnit.MICROSECONDS.toNanos(300);

    private final int index;
    private final Random random;
    private final StressedPages<PageId> regular;
    private final StressedPages<ProtectedPageId> guarded;
    /** A page that all threads write to, each to a counter of its own. */
    private final ProtectedPageId shared;
    private Set<Long> counter = Set.of(0L);
    private long done;
    private long refused;

    StressedThread(int index, Random random, Set<PageId> handedOut, Set<ProtectedPageId> handedOutGuarded,
            ProtectedPageId shared) {
        this.index = index;
        this.random = random;
        this.shared = shared;
        long first = (index + 1L) << 48;
        regular = new StressedPages<>(Pager::pages, false, random, handedOut, first);
        guarded = new StressedPages<>(Pager::protectedPages, true, random, handedOutGuarded, first);
    }

    /** Makes a call. It may be refused, but in no other way than is documented. */
    void step(Pager pager) {
        try {
            work(pager);
            done++;
        } catch (PagerUnavailableException | PagerClosedException e) {
            refused++;
            LockSupport.parkNanos(REST_NANOS);
        }
    }

    private void work(Pager pager) {
        switch (random.nextInt(40)) {
            case 0 -> pager.sync();
            case 1 -> pager.trim();
            case 2 -> assertThat(pager.verify().findings()).isEmpty();
            case 3, 4, 5 -> count(pager);
            case 6 -> checkCounter(pager);
            default -> {
                if (random.nextBoolean()) {
                    regular.step(pager);
                } else {
                    guarded.step(pager);
                }
            }
        }
    }

    private void count(Pager pager) {
        try (ProtectedPageWriter page = pager.write(shared)) {
            long now = find(page.byteBuffer());
            page.byteBuffer().putLong(index * Long.BYTES, now + 1);
            counter = Set.of(now, now + 1);
            try {
                page.commit();
            } catch (PagerClosedException e) {
                counter = Set.of(now);
                throw e;
            }
            counter = Set.of(now + 1);
        }
    }

    private void checkCounter(Pager pager) {
        try (MappedPage page = pager.read(shared)) {
            find(page.byteBuffer());
        }
    }

    private long find(ByteBuffer page) {
        long found = page.getLong(index * Long.BYTES);
        assertThat(found).as("counter of thread %d", index).isIn(counter);
        counter = Set.of(found);
        return found;
    }

    /** {@return calls that returned} */
    long done() {
        return done;
    }

    /** {@return calls that were refused} */
    long refused() {
        return refused;
    }

    /** Compares what all threads know with the file, while none of them calls the pager. */
    static void settle(List<StressedThread> threads, Pager pager) {
        StressedPages.settle(threads.stream().map(thread -> thread.regular).toList(), pager,
                pager.allocatedPages().toList());
        ProtectedPageId shared = threads.getFirst().shared;
        Set<ProtectedPageId> guarded = new HashSet<>(pager.allocatedProtectedPages().toList());
        assertThat(guarded.remove(shared)).as("the shared page is allocated").isTrue();
        StressedPages.settle(threads.stream().map(thread -> thread.guarded).toList(), pager, List.copyOf(guarded));
        threads.forEach(thread -> thread.checkCounter(pager));
        assertThat(pager.verify().findings()).isEmpty();
        assertThat(pager.stats()).returns(PagerState.OPEN, PagerStats::state).returns(0L, PagerStats::openBorrows);
        assertThat(pager.failure()).isEmpty();
    }
}
