package io.mappedpages.benchmarks;

import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

import io.mappedpages.CommitMode;
import io.mappedpages.Pager;
import io.mappedpages.PagerBuilder;
import io.mappedpages.ProtectedPageId;
import io.mappedpages.ProtectedPageWriter;

/** Protected pages of a pager, of which callers update random ones. */
final class ProtectedPages {

    /** So many, if a benchmark has no reason for others. */
    static final int MANY = Integer.getInteger("benchmark.protected", 65_536);

    private final Pager pager;
    private final List<ProtectedPageId> ids;

    /** Allocates them. */
    ProtectedPages(Pager pager, int count) {
        this.pager = pager;
        this.ids = pager.allocProtectedBulk(count);
    }

    /** A new file that has room for {@link #MANY} of them, still to be created. */
    static PagerBuilder file(String name, CommitMode mode) {
        return Pager.builder(Fixtures.fresh(name)).initialSize(3L * MANY * Fixtures.PAGE).commitMode(mode);
    }

    /**
     * Writes both copies of each. Before that they lie in blocks that the file system has reserved and never written, and the
     * first sync of such a block is much dearer than the next: a matter of new files, not of commits.
     */
    ProtectedPages written() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 2; round++) {
                for (Future<?> done : threads.invokeAll(ids.stream().map(this::writingOf).toList())) {
                    done.get();
                }
            }
        }
        return this;
    }

    private Callable<Object> writingOf(ProtectedPageId id) {
        return Executors.callable(() -> update(id));
    }

    /** {@return a random one} */
    ProtectedPageId any() {
        return ids.get(ThreadLocalRandom.current().nextInt(ids.size()));
    }

    /** Changes eight bytes of a random one, and returns when that is durable. */
    void updateOne() {
        update(any());
    }

    private void update(ProtectedPageId id) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        try (ProtectedPageWriter page = pager.write(id)) {
            page.bytes().set(ValueLayout.JAVA_LONG, 8L * random.nextInt(Fixtures.PAGE / 8), random.nextLong());
            page.commit();
        }
    }
}
