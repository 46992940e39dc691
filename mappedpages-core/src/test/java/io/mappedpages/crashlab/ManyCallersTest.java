package io.mappedpages.crashlab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * What several callers do at once is one commit: on every disk that a power cut, a killed process or a failing call could
 * leave, all of it is there or nothing, and all of it if one of them was told so.
 */
class ManyCallersTest {

    private static final Tally TALLY = new Tally();
    private static final List<Options> MODES = List.of(Options.ROOMY, Options.ROOMY_JOURNAL);
    private static final List<Caller> MIXED =
            List.of(Caller.FREE, Caller.ALLOC_BULK, Caller.PROTECTED_COMMIT, Caller.ALLOC_PROTECTED);

    @AfterAll
    static void summary() {
        TALLY.report("many-callers");
    }

    private static PowerCuts.Effort effort(int samples, int again) {
        return new PowerCuts.Effort(new CrashImages.Limits(Lab.LONG ? 4096 : 24, samples, true), again, 2, true);
    }

    @Test
    void aPowerCutInACommitOfManyLeavesAllOfItOrNothing() {
        Lab lab = new Lab("power cuts in commits of many callers", TALLY::checks);
        for (Options options : MODES) {
            ManyStories stories = new ManyStories(TALLY, "commit of many", options, effort(6, Lab.LONG ? 500 : 300));
            List<List<Caller>> lists = new ArrayList<>(ManyStories.sample(ManyStories.lists(2), Lab.LONG ? 90 : 6));
            lists.addAll(ManyStories.sample(ManyStories.lists(3), Lab.LONG ? 720 : 4));
            lists.addAll(ManyStories.sample(ManyStories.orders(MIXED), Lab.LONG ? 24 : 4));
            lists.addAll(ManyStories.sample(ManyStories.lists(5), Lab.LONG ? 200 : 1));
            lists.add(List.copyOf(Caller.GRANTED));
            if (Lab.LONG) {
                lists.add(List.copyOf(Caller.GRANTED).reversed());
            }
            lists.forEach(callers -> lab.add(() -> stories.cutPower(callers)));
        }
        lab.run();
    }

    @Test
    void whoIsRefusedIsRefusedAloneWhereverHeStands() {
        Lab lab = new Lab("power cuts in commits of which one is refused", TALLY::checks);
        for (Options options : MODES) {
            ManyStories stories = new ManyStories(TALLY, "one of many refused", options,
                    effort(4, Lab.LONG ? 500 : 1000));
            List<List<Caller>> granted = ManyStories.sample(ManyStories.lists(2), Lab.LONG ? 90 : 2);
            for (List<Caller> callers : granted) {
                for (Caller refused : Caller.REFUSED) {
                    for (int at = 0; at <= callers.size(); at++) {
                        List<Caller> all = ManyStories.with(callers, at, refused);
                        lab.add(() -> stories.cutPower(all));
                    }
                }
            }
            for (Caller other : List.of(Caller.FREE, Caller.GROWTH)) {
                Caller late = other == Caller.FREE ? Caller.FREE_AGAIN : Caller.ALLOC;
                for (List<Caller> order : ManyStories.orders(List.of(other, late, Caller.ALLOC_BULK))) {
                    lab.add(() -> stories.cutPower(order));
                }
            }
        }
        lab.run();
    }

    /** The second one waits for the page, gets it when it is free, and is refused only in the line. */
    @Test
    void aPageThatTwoWantToFreeIsFreedOnce() {
        Lab lab = new Lab("power cuts in commits with a page freed twice", TALLY::checks);
        for (Options options : MODES) {
            ManyStories stories = new ManyStories(TALLY, "freed twice at once", options.patient(),
                    effort(4, Lab.LONG ? 500 : 1000));
            for (List<Caller> order : ManyStories
                    .orders(List.of(Caller.FREE, Caller.FREE_AGAIN, Caller.ALLOC, Caller.PROTECTED_COMMIT))) {
                if (Lab.LONG || order.getLast() == Caller.PROTECTED_COMMIT) {
                    lab.add(() -> stories.cutPower(order));
                }
            }
        }
        lab.run();
    }

    @Test
    void afterAFailedCallAllOfACommitKnowAndAllOrNothingIsThere() {
        tell("failing calls, many callers", DiskFault.FAILURES);
    }

    @Test
    void afterTheirProcessIsKilledAllOfACommitIsThereOrNothing() {
        tell("killed processes, many callers", DiskFault.DEATHS);
    }

    private static void tell(String title, Iterable<DiskFault> faults) {
        Lab lab = new Lab(title, TALLY::checks);
        for (Options options : MODES) {
            ManyStories stories = new ManyStories(TALLY, title, options, effort(4, Lab.LONG ? 200 : 1000));
            List<List<Caller>> lists = new ArrayList<>(ManyStories.sample(ManyStories.lists(2), Lab.LONG ? 18 : 1));
            lists.addAll(ManyStories.sample(ManyStories.orders(MIXED), Lab.LONG ? 6 : 1));
            lists.add(List.of(Caller.ALLOC, Caller.FREE_NOTHING, Caller.REGULAR_COMMIT, Caller.FREE_PROTECTED));
            for (List<Caller> callers : lists) {
                for (List<Op> then : Lab.LONG ? List.of(List.of(Op.ALLOC), List.of(Op.PROTECTED_COMMIT, Op.DRAIN))
                        : List.of(List.of(Op.PROTECTED_COMMIT, Op.ALLOC))) {
                    lab.add(() -> stories.failEachCall(callers, faults, then));
                }
            }
        }
        lab.run();
    }

    /** Who comes when is decided by the laboratory and not by chance. */
    @Test
    void theSameCallersGiveTheSameDisks() {
        long[] hashes = new long[3];
        for (int i = 0; i < hashes.length; i++) {
            Tally tally = new Tally();
            ManyStories stories = new ManyStories(tally, "twice", i < 2 ? Options.ROOMY_JOURNAL : Options.ROOMY,
                    effort(4, 1000));
            try (Quiet _ = new Quiet()) {
                stories.cutPower(MIXED);
                stories.cutPower(List.of(Caller.GROWTH, Caller.ALLOC, Caller.FREE)); // two that grow would race
                stories.cutPower(List.of(Caller.ALLOC, Caller.ALLOC_TOO_MANY, Caller.REGULAR_COMMIT));
            }
            hashes[i] = tally.sum();
        }
        assertThat(hashes[1]).isEqualTo(hashes[0]);
        assertThat(hashes[2]).isNotEqualTo(hashes[0]);
    }
}
