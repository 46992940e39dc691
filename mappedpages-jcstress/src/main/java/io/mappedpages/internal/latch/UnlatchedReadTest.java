package io.mappedpages.internal.latch;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** One reads a page without its latch, another one has it alone and stores two words. */
@JCStressTest
@Outcome(id = {"0, 0", "1, 1"}, expect = Expect.ACCEPTABLE, desc = "What was read was there as a whole.")
@Outcome(id = "-1, -1", expect = Expect.ACCEPTABLE, desc = "The read does not count.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A read counts that is torn.")
@State
public class UnlatchedReadTest {

    private final TwoWords page = new TwoWords().allocated();

    @Actor
    public void writer() {
        page.storeLatched(page.block, 1);
    }

    @Actor
    public void reader(II_Result result) {
        page.loadUnlatched(result);
    }
}
