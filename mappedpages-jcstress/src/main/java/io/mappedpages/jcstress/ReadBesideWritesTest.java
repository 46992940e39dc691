package io.mappedpages.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

import io.mappedpages.PageId;

/** {@code Pager.read(id, function)} of a regular page beside two borrows for writing. */
@JCStressTest
@Outcome(id = {"0, 0", "1, 1", "2, 2"}, expect = Expect.ACCEPTABLE, desc = "What was in the page as a whole.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A read counts that is torn.")
@State
public class ReadBesideWritesTest {

    private static final PagePool<PageId> POOL = PagePool.regular();

    private final PageId id = POOL.id(POOL.nextTurn());
    private final int base = Words.first(Words.read(POOL.pages(), id));

    @Actor
    public void writer() {
        Words.write(POOL.pages(), id, base + 1, false);
        Words.write(POOL.pages(), id, base + 2, false);
    }

    @Actor
    public void reader(II_Result result) {
        Words.show(Words.read(POOL.pages(), id), base, result);
    }
}
