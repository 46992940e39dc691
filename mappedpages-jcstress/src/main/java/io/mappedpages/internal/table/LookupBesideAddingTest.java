package io.mappedpages.internal.table;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** One adds an object with plain fields to a table, which gets longer because of it; another one looks it up without a lock. */
@JCStressTest
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "Not there yet.")
@Outcome(id = "7", expect = Expect.ACCEPTABLE, desc = "The object, whole.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The wrong object, or one that is not whole.")
@State
public class LookupBesideAddingTest {

    private final LongTable<Numbered> table = Numbered.table();

    @Actor
    public void add() {
        table.getOrCreate(Numbered.KEY, Numbered::new);
    }

    @Actor
    public void lookUp(I_Result result) {
        Numbered found = table.get(Numbered.KEY);
        result.r1 = found == null ? 0 : found.content;
    }
}
