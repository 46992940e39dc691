package io.mappedpages.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

import io.mappedpages.ProtectedPageId;

/** {@code Pager.read(id, function)}, again and again, of a protected page beside two commits of it, so that both copies are written. */
@JCStressTest
@Outcome(id = {"0, 0", "1, 1", "2, 2"}, expect = Expect.ACCEPTABLE, desc = "What was committed, as a whole.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A read counts that is torn.")
@State
public class ReadBesideTwoCommitsTest {

    private static final PagePool<ProtectedPageId> POOL = PagePool.ofProtected();

    private final ProtectedPageId id = POOL.id(POOL.nextTurn());
    private final int base = Words.first(Words.read(POOL.pages(), id));

    @Actor
    public void writer() {
        Words.write(POOL.pages(), id, base + 1, true);
        Words.write(POOL.pages(), id, base + 2, true);
    }

    @Actor
    public void reader(II_Result result) {
        Words.show(Words.readForAWhile(POOL.pages(), id), base, result);
    }
}
