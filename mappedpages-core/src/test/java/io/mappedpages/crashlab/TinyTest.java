package io.mappedpages.crashlab;

import java.util.List;

import org.junit.jupiter.api.Test;

class TinyTest {
    @Test
    void tiny() {
        Tally tally = new Tally();
        try (Quiet _ = new Quiet()) {
            for (Options o : List.of(Options.JOURNAL, Options.SPARSE_JOURNAL, Options.JOURNAL_OF_BLOCKS)) {
                for (Base base : List.of(Base.fresh(o), Base.used(o))) {
                    for (Op op : Op.SINGLE) {
                        long t = System.nanoTime();
                        long before = tally.checks();
                        try {
                            PowerCuts.explore(tally, op.name(), base, List.of(op), 0,
                                    new PowerCuts.Effort(new CrashImages.Limits(100, 32, true), 30, 2, true));
                        } catch (LabFailure e) {
                            System.err.println("FAIL " + op + " " + base + " " + o + ": " + e.getMessage());
                        }
                        System.err.println(o + " " + base + " " + op + ": " + (tally.checks() - before) + " in "
                                + (System.nanoTime() - t) / 1_000_000 + " ms");
                    }
                }
            }
        }
    }
}
