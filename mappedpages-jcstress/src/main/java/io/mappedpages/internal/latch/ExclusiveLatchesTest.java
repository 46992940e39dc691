package io.mappedpages.internal.latch;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two want the same page alone, and each adds one to a plain number while it has the page. */
@JCStressTest
@Outcome(id = {"1, 2",
    "2, 1"}, expect = Expect.ACCEPTABLE, desc = "One after the other; the second saw what the first had stored.")
@Outcome(id = {"1, 0", "0, 1"}, expect = Expect.ACCEPTABLE, desc = "One had the page, the other was refused.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Both had the page at once, or one did not see what the other had stored.")
@State
public class ExclusiveLatchesTest {

    private final LatchBlock block = new LatchBlock(0);
    private int number;

    @Actor
    public void one(II_Result result) {
        result.r1 = addOne();
    }

    @Actor
    public void other(II_Result result) {
        result.r2 = addOne();
    }

    private int addOne() {
        long ticket = block.tryExclusive(0, 0, 0);
        if (ticket < 0) {
            return 0;
        }
        int next = number + 1;
        number = next;
        block.releaseSole(0, ticket, 0);
        return next;
    }
}
