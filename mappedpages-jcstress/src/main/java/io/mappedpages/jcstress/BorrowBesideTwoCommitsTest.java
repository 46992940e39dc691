package io.mappedpages.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

import io.mappedpages.MappedPage;
import io.mappedpages.ProtectedPageId;

/** A view of a protected page, looked at twice while it is borrowed, beside two commits. */
@JCStressTest
@Outcome(id = {"0, 0", "1, 1",
    "2, 2"}, expect = Expect.ACCEPTABLE, desc = "What was committed, the same in both looks.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The view was torn, or has changed while it was borrowed.")
@State
public class BorrowBesideTwoCommitsTest {

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
        try (MappedPage page = POOL.pages().read(id)) {
            long before = Words.load(page.bytes());
            long after = Words.load(page.bytes());
            if (before == after) {
                Words.show(after, base, result);
            } else {
                Words.showNothing(-1, result);
            }
        }
    }
}
