package io.mappedpages.internal.latch;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** Two threads give back what one has, by its ticket, while it is the only one. */
@JCStressTest
@Outcome(id = {"true, false, 0", "false, true, 0"}, expect = Expect.ACCEPTABLE, desc = "One of the two gave it back.")
@Outcome(expect = Expect.FORBIDDEN, desc = "It was given back twice, or not at all.")
@State
public class ReleaseByTicketTest {

    private final LatchBlock block = new LatchBlock(0);
    private final long ticket = block.tryExclusive(0, 0, 0);

    @Actor
    public void one(ZZI_Result result) {
        result.r1 = block.releaseSole(0, ticket, 0);
    }

    @Actor
    public void other(ZZI_Result result) {
        result.r2 = block.releaseSole(0, ticket, 0);
    }

    @Arbiter
    public void afterwards(ZZI_Result result) {
        result.r3 = Latches.holders(block);
    }
}
