package io.mappedpages.jcstress;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

import io.mappedpages.Pager;
import io.mappedpages.PagerState;
import io.mappedpages.PagerStats;

/** A snapshot of all counts is handed over through a plain field. */
@JCStressTest
@Outcome(id = "-1, -1", expect = Expect.ACCEPTABLE, desc = "Nothing was handed over yet.")
@Outcome(id = "1024, 8", expect = Expect.ACCEPTABLE, desc = "The snapshot is whole.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A part of the snapshot is missing.")
@State
public class StatsHandedOverTest {

    private static final Pager PAGER = SharedFile.of(8).create();

    private @Nullable PagerStats stats;

    @Actor
    public void owner() {
        stats = PAGER.stats();
    }

    @Actor
    public void reader(II_Result result) {
        PagerStats seen = stats;
        if (seen == null) {
            Words.showNothing(-1, result);
        } else {
            result.r1 = seen.pageSize();
            result.r2 = seen.state() == PagerState.OPEN ? (int) seen.pages() : -2;
        }
    }
}
