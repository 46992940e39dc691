package io.mappedpages.internal.latch;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * Who closes says that nothing is lent any more, and looks whether something is; who borrows takes the latch, and looks whether
 * things are lent still. The flag stands for that of the opening, which cannot be had without a file.
 */
@JCStressTest
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "The borrow was seen, and will be given back at once.")
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "The borrow was seen, and will be waited for.")
@Outcome(id = "false, false", expect = Expect.ACCEPTABLE, desc = "The borrow came later, and will be given back at once.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Somebody borrows what is being closed, and neither knows.")
@State
public class EndOfLendingTest {

    private final LatchBlock block = new LatchBlock(0);
    private volatile boolean lending = true;

    @Actor
    public void close(ZZ_Result result) {
        lending = false;
        result.r1 = block.isAnyHeld();
    }

    @Actor
    public void borrow(ZZ_Result result) {
        block.tryShared(0, 0);
        result.r2 = lending;
    }
}
