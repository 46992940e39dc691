package io.mappedpages.benchmarks;

import java.lang.foreign.ValueLayout;
import java.util.List;
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

    /** {@return a random one} */
    ProtectedPageId any() {
        return ids.get(ThreadLocalRandom.current().nextInt(ids.size()));
    }

    /** Changes eight bytes of a random one, and returns when that is durable. */
    void updateOne() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        try (ProtectedPageWriter page = pager.write(any())) {
            page.bytes().set(ValueLayout.JAVA_LONG, 8L * random.nextInt(Fixtures.PAGE / 8), random.nextLong());
            page.commit();
        }
    }
}
