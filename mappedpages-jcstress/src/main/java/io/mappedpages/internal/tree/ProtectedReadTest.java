package io.mappedpages.internal.tree;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** One reads a protected page without a latch; a commit makes the other copy current, and the next one writes into the first. */
@JCStressTest
@Outcome(id = {"1, 1", "2, 2"}, expect = Expect.ACCEPTABLE, desc = "What was committed, as a whole.")
@Outcome(id = "-1, -1", expect = Expect.ACCEPTABLE, desc = "The read does not count.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A read counts that is torn, or was never committed.")
@State
public class ProtectedReadTest {

    private final TwoPages pages = new TwoPages();

    /** A commit is about to become visible. */
    public ProtectedReadTest() {
        pages.prepare(2);
    }

    @Actor
    public void commits() {
        pages.leaf.publishContent();
        pages.storeIntoFirst(3);
    }

    @Actor
    public void reader(II_Result result) {
        pages.load(result);
    }
}
