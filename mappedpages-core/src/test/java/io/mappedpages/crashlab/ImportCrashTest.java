package io.mappedpages.crashlab;

import java.util.List;

import org.junit.jupiter.api.Test;

class ImportCrashTest {

    private static final Tally TALLY = new Tally();

    @Test
    void aPowerCutOrAFailureWhileAFileIsImportedLeavesNoneOrTheWholeOne() {
        Lab lab = new Lab("importing", TALLY::checks);
        for (Options options : List.of(Options.SMALL, Options.SPARSE, Options.BLOCKS, Options.JOURNAL)) {
            Importing importing = new Importing(TALLY, options);
            lab.add(() -> importing.cutPower(new CrashImages.Limits(Lab.LONG ? 100_000 : 300, 64, true)));
            lab.add(importing::failEveryCall);
        }
        lab.run();
    }
}
