package io.mappedpages.internal.table;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** One takes the others out of a table, so that an object moves up; another one looks it up without a lock. */
@JCStressTest
@Outcome(id = "0, 7", expect = Expect.ACCEPTABLE, desc = "It was missed while it moved.")
@Outcome(id = "7, 7", expect = Expect.ACCEPTABLE, desc = "The object, whole.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The wrong object, or it was lost.")
@State
public class LookupBesideTakingOutTest {

    private final LongTable<Numbered> table = Numbered.table();

    /** It stands behind the others. */
    public LookupBesideTakingOutTest() {
        table.put(new Numbered(Numbered.KEY));
    }

    @Actor
    public void takeOut() {
        table.sweep(table.size(), other -> other.key() != Numbered.KEY);
    }

    @Actor
    public void lookUp(II_Result result) {
        Numbered found = table.get(Numbered.KEY);
        result.r1 = found == null ? 0 : found.content;
    }

    @Arbiter
    public void afterwards(II_Result result) {
        Numbered found = table.find(Numbered.KEY);
        result.r2 = found == null ? 0 : found.content;
    }
}
