package io.mappedpages.internal.tree;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** As {@link ProtectedReadTest}; but the node is forgotten, and its page is written by one who has another object for it. */
@JCStressTest
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "What was committed, as a whole.")
@Outcome(id = "-1, -1", expect = Expect.ACCEPTABLE, desc = "The read does not count.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A read counts that is torn, or of a node that was gone.")
@State
public class ReadOfForgottenNodeTest {

    private final TwoPages pages = new TwoPages();

    @Actor
    public void writer() {
        pages.leaf.markGone();
        pages.storeIntoFirst(2);
    }

    @Actor
    public void reader(II_Result result) {
        pages.load(result);
    }
}
