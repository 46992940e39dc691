package io.mappedpages.internal.latch;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** Two readers take and give back the same page; then nobody has it. */
@JCStressTest
@Outcome(id = "true, true, 0", expect = Expect.ACCEPTABLE, desc = "Both had the page, and then nobody.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A reader was refused because of another one, or the count is wrong.")
@State
public class ReadersMeetTest {

    private final LatchBlock block = new LatchBlock(0);
    private final Latch one = Latches.of(block);
    private final Latch other = Latches.of(block);

    @Actor
    public void one(ZZI_Result result) {
        result.r1 = one.tryShared(0);
        one.release();
    }

    @Actor
    public void other(ZZI_Result result) {
        result.r2 = other.tryShared(0);
        other.release();
    }

    @Arbiter
    public void afterwards(ZZI_Result result) {
        result.r3 = Latches.holders(block);
    }
}
