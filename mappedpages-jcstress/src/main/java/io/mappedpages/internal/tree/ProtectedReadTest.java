package io.mappedpages.internal.tree;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** One reads a protected page without a latch; two commits of it write the one copy, and then the other. */
@JCStressTest
@Outcome(id = {"1, 1", "2, 2", "3, 3"}, expect = Expect.ACCEPTABLE, desc = "What was committed, as a whole.")
@Outcome(id = "-1, -1", expect = Expect.ACCEPTABLE, desc = "The read does not count.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A read counts that is torn.")
@State
public class ProtectedReadTest {

    private final TwoPages pages = new TwoPages();

    @Actor
    public void commits() {
        pages.commit(2);
        pages.commit(3);
    }

    @Actor
    public void reader(II_Result result) {
        pages.load(result);
    }
}
