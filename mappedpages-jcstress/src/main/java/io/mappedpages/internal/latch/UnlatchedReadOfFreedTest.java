package io.mappedpages.internal.latch;

import java.lang.invoke.VarHandle;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** As {@link UnlatchedReadTest}; but the page is freed, filled with zeros for its next owner, and written by that one. */
@JCStressTest
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "What the owner had stored, as a whole.")
@Outcome(id = "2, 2", expect = Expect.ACCEPTABLE, desc = "What the next owner has stored, as a whole: the reader came after it.")
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "The zeros that the next owner got.")
@Outcome(id = "-1, -1", expect = Expect.ACCEPTABLE, desc = "The read does not count, or the page was free.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A read counts that is torn.")
@State
public class UnlatchedReadOfFreedTest {

    private final TwoWords page = new TwoWords().allocated();

    /** The page has an owner, and a content. */
    public UnlatchedReadOfFreedTest() {
        page.store(1);
    }

    @Actor
    public void owners() {
        long ticket = page.block.tryExclusive(0, 0, 0);
        page.block.releaseSole(0, ticket, LatchBlock.ALLOCATED);
        VarHandle.fullFence(); // as where a commit begins to write
        page.store(0);
        page.block.mark(0, LatchBlock.ALLOCATED); // by the next owner's first borrow
        page.storeLatched(page.block, 2);
    }

    @Actor
    public void reader(II_Result result) {
        page.loadUnlatched(result);
    }
}
