package io.mappedpages.internal.latch;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Who has a page alone stores two words and makes itself a reader: that is how a new copy of a protected page is shown. */
@JCStressTest
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "The reader saw all that was stored.")
@Outcome(id = "-1, -1", expect = Expect.ACCEPTABLE, desc = "The reader was refused.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The reader did not see all that was stored.")
@State
public class SharedByWriterTest {

    private final TwoWords page = new TwoWords();
    private final long ticket = page.block.tryExclusive(0, 0, 0);

    @Actor
    public void writer() {
        page.store(1);
        page.block.share(0, ticket, 0);
    }

    @Actor
    public void reader(II_Result result) {
        if (page.block.tryShared(0, 0) >= 0) {
            page.load(result);
        } else {
            TwoWords.notRead(result);
        }
    }
}
