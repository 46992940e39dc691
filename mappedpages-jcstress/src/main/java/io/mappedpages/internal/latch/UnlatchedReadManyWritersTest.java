package io.mappedpages.internal.latch;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** As {@link UnlatchedReadTest}; but the page is written so often that the count of writers in its word comes round. */
@JCStressTest
@Outcome(id = "-1, -1", expect = Expect.ACCEPTABLE, desc = "The read does not count.")
@Outcome(id = {"0, 0", "1, 1", "2, 2", "3, 3", "4, 4", "5, 5", "6, 6", "7, 7", "8, 8", "9, 9", "10, 10", "11, 11",
    "12, 12", "13, 13",
    "14, 14", "15, 15", "16, 16", "17, 17"}, expect = Expect.ACCEPTABLE, desc = "What was read was there as a whole.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A read counts that is torn.")
@State
public class UnlatchedReadManyWritersTest {

    private static final int WRITERS = 17;

    private final TwoWords page = new TwoWords().allocated();

    @Actor
    public void writers() {
        for (int i = 1; i <= WRITERS; i++) {
            page.storeLatched(page.block, i);
        }
    }

    @Actor
    public void reader(II_Result result) {
        page.loadUnlatched(result);
    }
}
