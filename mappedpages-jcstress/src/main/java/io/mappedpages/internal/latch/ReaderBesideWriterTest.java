package io.mappedpages.internal.latch;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** One stores two words with the page alone, another one reads them with the page shared. */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "The reader came first, or the writer was refused because of it.")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "The reader came after the writer, and saw all that it had stored.")
@Outcome(id = "-1, -1", expect = Expect.ACCEPTABLE, desc = "The reader was refused.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Both had the page at once, or the reader did not see all that was stored.")
@State
public class ReaderBesideWriterTest {

    private final TwoWords page = new TwoWords();

    @Actor
    public void writer() {
        long ticket = page.block.tryExclusive(0, 0, 0);
        if (ticket >= 0) {
            page.store(1);
            page.block.releaseSole(0, ticket, 0);
        }
    }

    @Actor
    public void reader(II_Result result) {
        long ticket = page.block.tryShared(0, 0);
        if (ticket >= 0) {
            page.load(result);
            page.block.releaseSole(0, ticket, 0);
        } else {
            TwoWords.notRead(result);
        }
    }
}
