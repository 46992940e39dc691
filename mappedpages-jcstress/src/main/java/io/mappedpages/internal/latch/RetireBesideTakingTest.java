package io.mappedpages.internal.latch;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A block is given up just as somebody takes a page of it. */
@JCStressTest
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "The block is gone, and nothing was taken from it.")
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "The page was taken, and the block stays.")
@Outcome(id = "false, false", expect = Expect.ACCEPTABLE, desc = "Both gave way.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A page is held in a block that is gone.")
@State
public class RetireBesideTakingTest {

    private final LatchBlock block = new LatchBlock(0);

    @Actor
    public void retire(ZZ_Result result) {
        result.r1 = block.retire();
    }

    @Actor
    public void take(ZZ_Result result) {
        result.r2 = block.tryShared(LatchBlock.SIZE / 2, 0) >= 0;
    }
}
