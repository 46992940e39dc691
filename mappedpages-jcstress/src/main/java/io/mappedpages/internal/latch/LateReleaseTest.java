package io.mappedpages.internal.latch;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** One gives back a second time what it gave back before, while another one takes the page. */
@JCStressTest
@Outcome(id = "false, true, -1", expect = Expect.ACCEPTABLE, desc = "Nothing was given back; the other one has the page.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Somebody else's latch was given back.")
@State
public class LateReleaseTest {

    private final LatchBlock block = new LatchBlock(0);
    private final long ticket = block.tryExclusive(0, 0, 0);

    /** It was given back once. */
    public LateReleaseTest() {
        block.releaseSole(0, ticket, 0);
    }

    @Actor
    public void again(ZZI_Result result) {
        result.r1 = block.releaseSole(0, ticket, 0);
    }

    @Actor
    public void next(ZZI_Result result) {
        result.r2 = block.tryExclusive(0, 0, 0) >= 0;
    }

    @Arbiter
    public void afterwards(ZZI_Result result) {
        result.r3 = Latches.holders(block);
    }
}
