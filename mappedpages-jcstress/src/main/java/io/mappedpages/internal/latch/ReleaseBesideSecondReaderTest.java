package io.mappedpages.internal.latch;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/** The only reader gives a page back just as a second one comes, and a third party wants it alone afterwards. */
@JCStressTest
@Outcome(id = "true, 1", expect = Expect.ACCEPTABLE, desc = "The second reader is the only one.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A reader was refused, lost or forgotten.")
@State
public class ReleaseBesideSecondReaderTest {

    private final LatchBlock block = new LatchBlock(0);
    private final Latch first = Latches.of(block);
    private final Latch second = Latches.of(block);

    /** There is a reader already. */
    public ReleaseBesideSecondReaderTest() {
        first.tryShared(0);
    }

    @Actor
    public void firstReader() {
        first.release();
    }

    @Actor
    public void secondReader(ZI_Result result) {
        result.r1 = second.tryShared(0);
    }

    @Arbiter
    public void afterwards(ZI_Result result) {
        result.r2 = Latches.holders(block);
    }
}
