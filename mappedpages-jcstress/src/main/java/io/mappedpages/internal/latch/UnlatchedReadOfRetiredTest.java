package io.mappedpages.internal.latch;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** As {@link UnlatchedReadTest}; but the block is given up, and who stores has the latch of the one that stands in its place. */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "What was read was there as a whole.")
@Outcome(id = "-1, -1", expect = Expect.ACCEPTABLE, desc = "The read does not count.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A read counts that is torn, or of a block that was gone.")
@State
public class UnlatchedReadOfRetiredTest {

    private final TwoWords page = new TwoWords().allocated();
    private final LatchBlock next = new LatchBlock(0);

    @Actor
    public void writer() {
        if (page.block.retire()) {
            page.storeLatched(next, 1);
        }
    }

    @Actor
    public void reader(II_Result result) {
        page.loadUnlatched(result);
    }
}
