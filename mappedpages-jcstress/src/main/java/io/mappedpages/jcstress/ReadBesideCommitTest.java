package io.mappedpages.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;

/** {@code Pager.read(id, function)} of a protected page beside a commit of it. */
@JCStressTest
@Outcome(id = {"0, 0", "1, 1"}, expect = Expect.ACCEPTABLE, desc = "What was committed, as a whole.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A read counts that is torn.")
@State
public class ReadBesideCommitTest {

    private static final PagePool<ProtectedPageId> POOL = PagePool.ofProtected();

    private final ProtectedPageId id = POOL.id(POOL.nextTurn());
    private final int base = Words.first(Words.read(POOL.pages(), id));

    @Actor
    public void writer() {
        Words.write(POOL.pages(), id, base + 1, true);
    }

    @Actor
    public void reader(II_Result result) {
        Words.show(Words.read(POOL.pages(), id), base, result);
    }
}
