package io.mappedpages.internal.table;

import org.jspecify.annotations.Nullable;
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

    private static final int KEY = 7;
    /** As many as there are before the table gets longer. */
    private static final int OTHERS = 8;

    private final LongTable<Entry> table = new LongTable<>();

    /** There are others already. */
    public LookupBesideAddingTest() {
        for (int i = 1; i <= OTHERS; i++) {
            table.put(new Entry(KEY + i));
        }
    }

    @Actor
    public void add() {
        table.getOrCreate(KEY, Entry::new);
    }

    @Actor
    public void lookUp(I_Result result) {
        @Nullable Entry entry = table.get(KEY);
        result.r1 = entry == null ? 0 : entry.content;
    }

    private static final class Entry extends LongTable.Keyed {

        private int content;

        Entry(long key) {
            super(key);
            content = (int) key;
        }
    }
}
