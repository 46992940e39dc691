package io.mappedpages.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

import io.mappedpages.PageId;
import io.mappedpages.PageNotAllocatedException;

/** {@code Pager.read(id, function)}, again and again, of a regular page that is freed, allocated by another owner, and written by that one. */
@JCStressTest
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "What the owner had stored, as a whole.")
@Outcome(id = "-1, -1", expect = Expect.ACCEPTABLE, desc = "Refused: the page was free.")
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "The zeros that the next owner got.")
@Outcome(id = "2, 2", expect = Expect.ACCEPTABLE, desc = "What the next owner stored, as a whole.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A read counts that is torn.")
@State
public class ReadBesideFreeTest {

    private static final PagePool<PageId> POOL = PagePool.regular();

    private final int turn = POOL.nextTurn();
    private final PageId id = POOL.id(turn);

    /** The page has an owner, and a content. */
    public ReadBesideFreeTest() {
        Words.write(POOL.pages(), id, 1, false);
    }

    @Actor
    public void owners() {
        POOL.pages().free(id);
        PageId next = POOL.pages().alloc();
        POOL.replace(turn, next);
        Words.write(POOL.pages(), next, 2, false);
    }

    @Actor
    public void reader(II_Result result) {
        try {
            Words.show(Words.readForAWhile(POOL.pages(), id), 0, result);
        } catch (PageNotAllocatedException e) {
            Words.showNothing(-1, result);
        }
    }
}
