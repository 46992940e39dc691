package io.mappedpages.internal.latch;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** One takes a page alone only if nobody has had it since it looked; another one has it for a moment and adds one to a number. */
@JCStressTest
@Outcome(id = {"0, 0", "1, 1"}, expect = Expect.ACCEPTABLE, desc = "Nobody had it since: the number is what it was.")
@Outcome(id = "-1, -1", expect = Expect.ACCEPTABLE, desc = "Somebody has it, or had it since.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Somebody had it in between, and that was not noticed.")
@State
public class TakenSinceTest {

    private final LatchBlock block = new LatchBlock(0);
    private int number;

    @Actor
    public void looker(II_Result result) {
        long seen = block.look(0);
        result.r1 = number;
        if (block.tryExclusiveSince(0, seen) >= 0) {
            result.r2 = number;
        } else {
            TwoWords.notRead(result);
        }
    }

    @Actor
    public void writer() {
        long ticket = block.tryExclusive(0, 0, 0);
        if (ticket >= 0) {
            number++;
            block.releaseSole(0, ticket, 0);
        }
    }
}
