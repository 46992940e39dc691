package io.mappedpages.jcstress;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

import io.mappedpages.PageId;
import io.mappedpages.PageWriter;

/** Two borrow a regular page for writing, which waits for the other one, and add one to the number in it. */
@JCStressTest
@Outcome(id = {"1, 2",
    "2, 1"}, expect = Expect.ACCEPTABLE, desc = "One after the other; the second saw what the first had stored.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Both had the page at once, or one did not see what the other had stored.")
@State
public class BorrowsOneAfterTheOtherTest {

    private static final PagePool<PageId> POOL = PagePool.regular();
    private static final ValueLayout.OfInt NUMBER = ValueLayout.JAVA_INT;

    private final PageId id = POOL.id(POOL.nextTurn());
    private final int base = Words.first(Words.read(POOL.pages(), id));

    @Actor
    public void one(II_Result result) {
        result.r1 = addOne() - base;
    }

    @Actor
    public void other(II_Result result) {
        result.r2 = addOne() - base;
    }

    private int addOne() {
        try (PageWriter writer = POOL.pages().write(id)) {
            MemorySegment page = writer.bytes();
            int next = page.get(NUMBER, 0) + 1;
            page.set(NUMBER, 0, next);
            return next;
        }
    }
}
