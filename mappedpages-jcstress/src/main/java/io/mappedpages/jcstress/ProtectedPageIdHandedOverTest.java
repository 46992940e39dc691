package io.mappedpages.jcstress;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

import io.mappedpages.PageNotAllocatedException;
import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;

/** A protected page that was just allocated is handed over through a plain field, and then gets its first content. */
@JCStressTest
@Outcome(id = "-1, -1", expect = Expect.ACCEPTABLE, desc = "Nothing was handed over yet.")
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "A new page, of zeros.")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "What was committed, as a whole.")
@Outcome(id = "-2, -2", expect = Expect.ACCEPTABLE_INTERESTING, desc = "Refused, as if it was not allocated yet: the race is the caller's.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Another number, or a torn content, or what somebody else had committed.")
@State
public class ProtectedPageIdHandedOverTest {

    private static final int PAGES = 1 << 15;
    private static final Pager PAGER = SharedFile.of(PAGES).create();

    private @Nullable ProtectedPageId id;

    @Actor
    public void owner() {
        ProtectedPageId mine = PAGER.allocProtected();
        id = mine;
        Words.write(PAGER.protectedPages(), mine, 1, true);
    }

    @Actor
    public void reader(II_Result result) {
        ProtectedPageId seen = id;
        if (seen == null) {
            Words.showNothing(-1, result);
        } else {
            try {
                Words.show(Words.read(PAGER.protectedPages(), seen), 0, result);
            } catch (PageNotAllocatedException e) {
                Words.showNothing(-2, result);
            }
        }
    }

    /** It goes back, with other bytes in both copies. */
    @Arbiter
    public void afterwards(II_Result result) {
        ProtectedPageId last = id;
        if (last == null) {
            Words.showNothing(-3, result);
        } else {
            Words.write(PAGER.protectedPages(), last, 7, true);
            PAGER.freeProtected(last);
        }
    }
}
