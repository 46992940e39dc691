package io.mappedpages.jcstress;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

import io.mappedpages.PageId;
import io.mappedpages.PageNotAllocatedException;
import io.mappedpages.Pager;

/** A page that was just allocated is handed over through a plain field; all free pages have been written to before. */
@JCStressTest
@Outcome(id = "-1, -1", expect = Expect.ACCEPTABLE, desc = "Nothing was handed over yet.")
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "A new page, of zeros.")
@Outcome(id = "-2, -2", expect = Expect.ACCEPTABLE_INTERESTING, desc = "Refused, as if it was not allocated yet: the race is the caller's.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Another number, or what somebody else had stored.")
@State
public class PageIdHandedOverTest {

    private static final int PAGES = 1 << 14;
    private static final Pager PAGER = SharedFile.of(PAGES).create();

    static {
        List<PageId> all = PagePool.allocAll(PAGER);
        all.forEach(id -> Words.write(PAGER.pages(), id, 7, false));
        PAGER.freeBulk(all);
    }

    private @Nullable PageId id;

    @Actor
    public void owner() {
        id = PAGER.alloc();
    }

    @Actor
    public void reader(II_Result result) {
        PageId seen = id;
        if (seen == null) {
            Words.showNothing(-1, result);
        } else {
            try {
                Words.show(Words.read(PAGER.pages(), seen), 0, result);
            } catch (PageNotAllocatedException e) {
                Words.showNothing(-2, result);
            }
        }
    }

    /** It goes back, written. */
    @Arbiter
    public void afterwards(II_Result result) {
        PageId last = id;
        if (last == null) {
            Words.showNothing(-3, result);
        } else {
            Words.write(PAGER.pages(), last, 7, false);
            PAGER.free(last);
        }
    }
}
