package io.mappedpages.internal.latch;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Two threads give back what one of two readers has. */
@JCStressTest
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "One reader is left.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A reader was taken off the count twice, or not at all.")
@State
public class CountedReleaseTest {

    private final LatchBlock block = new LatchBlock(0);
    private final Latch latch = Latches.of(block);

    /** Two readers, of which the first is given back. */
    public CountedReleaseTest() {
        latch.tryShared(0);
        Latches.of(block).tryShared(0);
    }

    @Actor
    public void one() {
        latch.release();
    }

    @Actor
    public void other() {
        latch.release();
    }

    @Arbiter
    public void afterwards(I_Result result) {
        result.r1 = Latches.holders(block);
    }
}
