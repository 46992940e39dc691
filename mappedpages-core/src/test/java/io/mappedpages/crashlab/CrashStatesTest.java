package io.mappedpages.crashlab;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Every disk that a power cut, a killed process or a failing call could leave opens as promised. The short part runs with
 * every build; the long one, with {@code -Pcrash-lab}, tries everything up to the bounds named here.
 */
class CrashStatesTest {

    private static final Tally TALLY = new Tally();

    private static final Options SMALL = Options.SMALL;
    private static final Options SPARSE = Options.SPARSE;
    private static final Options BLOCKS = Options.BLOCKS;
    private static final List<Options> ALL = List.of(SMALL, SPARSE, BLOCKS, Options.JOURNAL, Options.SPARSE_JOURNAL,
            Options.JOURNAL_OF_BLOCKS, Options.BESIDE_JOURNAL, Options.SLOW_BESIDE_JOURNAL);
    private static final List<Options> FEW = List.of(SMALL, Options.JOURNAL);
    private static final List<Options> SIZES = List.of(SMALL, BLOCKS, Options.JOURNAL);

    private static final List<Op> EDGE_OPS = List.of(Op.ALLOC, Op.ALLOC_PROTECTED, Op.ALLOC_BULK,
            Op.ALLOC_PROTECTED_BULK, Op.FREE);

    private static final List<Op> SEQUENCED = Lab.LONG ? Op.SEQUENCED : Op.CORE;

    /** No page is free, and pages that somebody had are behind the end; the last commit stored to a protected page. */
    private static final List<Op> FULL_AND_LONGER_ONCE =
            List.of(Op.ALLOC_PROTECTED_BULK, Op.PROTECTED_COMMIT, Op.GROWTH,
                    Op.COMMIT_EVERYWHERE, Op.FREE_BULK, Op.FREE_BULK, Op.TRIM, Op.DRAIN, Op.PROTECTED_COMMIT);

    /** What may follow once the pager is back, to show that it is whole and that its state is durable. */
    private static final List<List<Op>> FEW_THEN = List.of(List.of(Op.COMMIT_EVERYWHERE),
            List.of(Op.PROTECTED_COMMIT, Op.DRAIN));
    private static final List<List<Op>> MANY_THEN = List.of(List.of(), List.of(Op.ALLOC), List.of(Op.REGULAR_COMMIT),
            List.of(Op.REGULAR_STORE, Op.SYNC), List.of(Op.PROTECTED_COMMIT), List.of(Op.FREE, Op.DRAIN),
            List.of(Op.CLOSE_OPEN, Op.ALLOC), List.of(Op.COMMIT_EVERYWHERE), List.of(Op.PROTECTED_COMMIT, Op.DRAIN));

    @AfterAll
    static void summary() {
        TALLY.report("states");
    }

    /** With a journal there is more to write at the beginning, and there are more of these files, so fewer disks of each are looked at. */
    private static PowerCuts.Effort effort(Options options, long shortBound, long longBound, int samples, int again,
            int depth) {
        boolean less = options.ringBytes() > 0;
        return effort(less ? shortBound / 4 : shortBound, less ? Math.max(shortBound, longBound / 8) : longBound,
                less ? samples / 2 : samples, less ? (Lab.LONG ? 2 : 8) * again : again,
                less ? Math.min(2, depth) : depth);
    }

    private static PowerCuts.Effort effort(long shortBound, long longBound, int samples, int again, int depth) {
        return new PowerCuts.Effort(new CrashImages.Limits(Lab.LONG ? longBound : shortBound, samples, true), again,
                depth, true);
    }

    @Test
    void aPowerCutInAnyOperationLeavesItDoneOrNotDone() {
        Lab lab = new Lab("power cuts in every operation", TALLY::checks);
        for (Options options : ALL) {
            for (Base base : List.of(Base.fresh(options), Base.used(options))) {
                for (Op op : Op.SINGLE) {
                    lab.add(() -> PowerCuts.explore(TALLY, op.name(), base, List.of(op), 0,
                            effort(options, 600, 300_000, 32, Lab.LONG ? 200 : 30, 3)));
                }
            }
        }
        lab.run();
    }

    @Test
    void aPowerCutAfterAnyOtherOperationLeavesItDoneOrNotDone() {
        Lab lab = new Lab("power cuts in all sequences of two", TALLY::checks);
        int number = 0;
        for (Options options : Lab.LONG ? ALL : FEW) {
            boolean few = Lab.LONG && options.ringBytes() > 0;
            for (Op first : SEQUENCED) {
                for (Op second : SEQUENCED) {
                    if (!few || number++ % 3 == 0) {
                        lab.add(() -> PowerCuts.explore(TALLY, second.name(), Base.used(options),
                                List.of(first, second), 1,
                                effort(options, 300, 66_000, 16, Lab.LONG ? 500 : 100, 2)));
                    }
                }
            }
        }
        lab.run();
    }

    @Test
    void aPowerCutAfterAnyTwoOtherOperationsLeavesTheThirdDoneOrNotDone() {
        Lab lab = new Lab("power cuts in sequences of three", TALLY::checks);
        int number = 0;
        for (Options options : Lab.LONG ? ALL : FEW) {
            long bound = FEW.contains(options) ? 16_384 : 1024;
            for (Op first : SEQUENCED) {
                for (Op second : SEQUENCED) {
                    for (Op third : SEQUENCED) {
                        if (number++ % oneOf(options) == 0) {
                            lab.add(() -> PowerCuts.explore(TALLY, third.name(), Base.used(options),
                                    List.of(first, second, third), 2,
                                    effort(options, 100, bound, 16, Lab.LONG ? 500 : 100, 2)));
                        }
                    }
                }
            }
        }
        lab.run();
    }

    /** {@return of how many sequences of three one is tried} */
    private static int oneOf(Options options) {
        if (Lab.LONG) {
            return options.ringBytes() > 0 ? 25 : 1;
        }
        return options.ringBytes() > 0 ? 67 : 17;
    }

    static Base fullAndLongerOnce(Options options) {
        return Base.of("full, and longer once", options, FULL_AND_LONGER_ONCE);
    }

    @Test
    void aPowerCutInAFullFileThatWasLongerOnceLosesNothing() {
        Lab lab = new Lab("power cuts in full files that were longer once", TALLY::checks);
        for (Options options : Lab.LONG ? ALL : FEW) {
            Base base = fullAndLongerOnce(options);
            for (Op op : List.of(Op.PROTECTED_COMMIT, Op.FREE, Op.ALLOC, Op.TRIM)) {
                lab.add(() -> PowerCuts.explore(TALLY, op.name(), base, List.of(op), 0,
                        effort(options, 300, 66_000, 16, Lab.LONG ? 200 : 100, 2)));
            }
        }
        lab.run();
    }

    @Test
    void aPowerCutWhileACheckpointIsWrittenBesideCommitsLosesNothing() {
        Lab lab = new Lab("power cuts while a checkpoint is written beside commits", TALLY::checks);
        for (Options options : List.of(Options.BESIDE_JOURNAL, Options.SLOW_BESIDE_JOURNAL)) {
            for (Op op : SEQUENCED) {
                lab.add(() -> PowerCuts.explore(TALLY, "beside a checkpoint", Base.used(options), besideCheckpoint(op),
                        3, effort(options, 1200, 8192, 16, Lab.LONG ? 500 : 40, 2)));
            }
        }
        lab.run();
    }

    /** The fourth record makes a checkpoint due, and four more. */
    static List<Op> besideCheckpoint(Op op) {
        return List.of(Op.ALLOC, Op.PROTECTED_COMMIT, Op.FREE, Op.PROTECTED_COMMIT, op, Op.PROTECTED_COMMIT, Op.ALLOC,
                op,
                Op.PROTECTED_COMMIT, Op.ALLOC_PROTECTED, op, Op.PROTECTED_COMMIT);
    }

    @Test
    void aFailureWhileACheckpointIsWrittenBesideCommitsLosesNothing() {
        Lab lab = new Lab("failures while a checkpoint is written beside commits", TALLY::checks);
        for (Options options : List.of(Options.BESIDE_JOURNAL, Options.SLOW_BESIDE_JOURNAL)) {
            for (Op op : Lab.LONG ? Op.CORE : List.of(Op.FREE_PROTECTED)) {
                for (Iterable<DiskFault> faults : List.<Iterable<DiskFault>>of(DiskFault.DEATHS, DiskFault.FAILURES)) {
                    lab.add(() -> stories("beside a checkpoint", Base.used(options), besideCheckpoint(op), faults,
                            List.of(List.of(Op.PROTECTED_COMMIT))));
                }
            }
        }
        lab.run();
    }

    @Test
    void aPowerCutAndAnUnreadableSlotLoseNothing() {
        Lab lab = new Lab("power cuts after which one slot is unreadable", TALLY::checks);
        for (Options options : Lab.LONG ? ALL : SIZES) {
            for (Base base : List.of(Base.fresh(options), Base.used(options))) {
                for (Op op : Op.SINGLE) {
                    lab.add(() -> PowerCuts.explore(TALLY, op.name(), base, List.of(op), 0,
                            effort(options, 64, 2048, 16, 1, 1), new SlotLoss(TALLY, base, 100)));
                }
            }
        }
        lab.run();
    }

    @Test
    void oneDamagedPlaceOfAFileWithAJournalLosesNothing() {
        Lab lab = new Lab("one damaged place of a file with a journal", TALLY::checks);
        for (Options options : List.of(Options.JOURNAL, Options.LONG_JOURNAL, Options.JOURNAL_OF_BLOCKS,
                Options.BESIDE_JOURNAL)) {
            for (Op op : Lab.LONG ? Op.SEQUENCED : Op.CORE) {
                lab.add(() -> new JournalDamage(TALLY, options).explore(List.of(op, Op.PROTECTED_COMMIT, Op.ALLOC, op,
                        Op.FREE, Op.PROTECTED_COMMIT, op, Op.ALLOC_BULK)));
            }
        }
        lab.run();
    }

    @Test
    void aPowerCutWhileTheJournalIsMadeOrGivenUpLeavesItMadeOrNot() {
        Lab lab = new Lab("power cuts while a journal is made and given up", TALLY::checks);
        List<Op> grow = List.of(Op.GROWTH, Op.GROWTH, Op.GROWTH, Op.GROWTH, Op.GROWTH, Op.ALLOC);
        Options growing = new Options(10, 64, true, 16 << 10);
        Base plain = Base.fresh(SMALL);
        lab.add(() -> PowerCuts.explore(TALLY, "journal made", plain.with("fresh, to get a journal", growing,
                plain.content(), plain.length(), plain.model(), plain.nextStamp()).withRoom(1 << 18), grow, 3,
                effort(300, 66_000, 16, Lab.LONG ? 100 : 50, 2)));
        List<Op> shorten = new ArrayList<>(grow);
        shorten.addAll(Collections.nCopies(24, Op.FREE_BULK));
        shorten.add(Op.TRIM);
        lab.add(() -> PowerCuts.explore(TALLY, "journal moved by a trim", plain.with("fresh, to get a journal", growing,
                plain.content(), plain.length(), plain.model(), plain.nextStamp()).withRoom(1 << 18), shorten,
                shorten.size() - 1, effort(300, 66_000, 16, Lab.LONG ? 100 : 50, 2)));
        for (Options with : List.of(Options.JOURNAL, Options.JOURNAL_OF_BLOCKS)) {
            Base base = Base.used(with);
            for (Op op : List.of(Op.ALLOC, Op.PROTECTED_COMMIT, Op.TRIM)) {
                lab.add(() -> PowerCuts.explore(TALLY, "journal given up", base.with("used, without a journal",
                        with.withoutJournal(), base.content(), base.length(), base.model(), base.nextStamp()),
                        List.of(op), 0, effort(300, 66_000, 16, Lab.LONG ? 100 : 50, 2)));
            }
        }
        lab.run();
    }

    @Test
    void aPlaceThatCannotBeReadCostsNothing() {
        Lab lab = new Lab("power cuts after which one place is unreadable", TALLY::checks);
        for (Options options : Lab.LONG ? ALL : FEW) {
            for (Base base : List.of(Base.fresh(options), Base.used(options))) {
                for (Op op : Op.SINGLE) {
                    lab.add(() -> PowerCuts.explore(TALLY, op.name(), base, List.of(op), 0,
                            effort(options, 32, 2048, 8, 1, 1), new UnreadablePlaces(TALLY, options)));
                }
            }
        }
        for (Options options : ALL) {
            for (Base base : List.of(Base.fresh(options), Base.used(options))) {
                lab.add(() -> UnreadablePlaces.goOn(TALLY, base));
            }
        }
        for (Options options : List.of(Options.BESIDE_JOURNAL, Options.SLOW_BESIDE_JOURNAL)) {
            lab.add(() -> PowerCuts.explore(TALLY, "beside a checkpoint", Base.used(options),
                    besideCheckpoint(Op.PROTECTED_COMMIT), 3, effort(options, 32, 512, 8, 1, 1),
                    new UnreadablePlaces(TALLY, options)));
        }
        lab.run();
    }

    @Test
    void whatIsFallenBackToAfterDamageIsAsGoodAsAnyOtherFile() {
        Lab lab = new Lab("power cuts after falling back", TALLY::checks);
        for (Options options : Lab.LONG ? ALL : SIZES) {
            for (Base base : List.of(Base.fresh(options), Base.used(options))) {
                for (int sector = 0; sector < 2; sector++) {
                    int at = sector;
                    for (Op op : List.of(Op.ALLOC, Op.ALLOC_BULK, Op.GROWTH)) {
                        lab.add(() -> FallBack.explore(TALLY, base, List.of(op, Op.COMMIT_EVERYWHERE), 2, at));
                        lab.add(() -> FallBack.exploreWithoutSlot(TALLY, base, List.of(op, Op.COMMIT_EVERYWHERE), 2,
                                at));
                    }
                    for (Op op : List.of(Op.ALLOC_PROTECTED, Op.ALLOC_PROTECTED_BULK)) {
                        lab.add(() -> FallBack.explore(TALLY, base, List.of(op), 1, at));
                    }
                }
            }
            for (Op op : options.pageSize() > 1024 ? List.of(Op.ALLOC, Op.GROWTH) : List.<Op>of()) {
                lab.add(() -> FallBack.exploreSectorOfZeros(TALLY, Base.used(options),
                        List.of(op, Op.COMMIT_EVERYWHERE), 2));
            }
            for (Op op : List.of(Op.FREE, Op.FREE_BULK, Op.FREE_PROTECTED, Op.PROTECTED_COMMIT)) {
                lab.add(() -> FallBack.explore(TALLY, Base.used(options), List.of(op), 1, 0));
            }
        }
        lab.run();
    }

    @Test
    void aPowerCutWhileATreeGrowsLeavesTheOldTreeOrTheNewOne() {
        // pages of 1 KiB: 3,312 states in the metadata page, 3,952 in a map leaf, 30 pairs in any other node
        Lab lab = new Lab("power cuts at the edges of tree nodes", TALLY::checks);
        List<Supplier<Base>> bases = new ArrayList<>();
        for (int off : Lab.LONG ? List.of(-3, -2, -1, 0) : List.of(-1)) {
            bases.add(() -> Base.filled(SMALL, 3312 + off, 1 << 22));
            bases.add(() -> Base.filled(SMALL, 3312 + 3952 + off, 1 << 23));
        }
        for (int count : Lab.LONG ? List.of(29, 30, 899, 900) : List.of(30, 900)) {
            bases.add(() -> Base.guarded(SMALL, count, 1 << 22));
        }
        for (Supplier<Base> base : bases) {
            for (Op op : Lab.LONG ? EDGE_OPS : List.of(Op.ALLOC, Op.ALLOC_PROTECTED)) {
                lab.add(() -> PowerCuts.explore(TALLY, "tree edge " + op, base.get(), List.of(op), 0,
                        effort(1, 2048, 2, Lab.LONG ? 100 : 40, 2)));
            }
        }
        lab.run();
    }

    @Test
    void aPowerCutWhileALargeTreeGrowsLeavesTheOldTreeOrTheNewOne() {
        // the next edges: 900 * 30 protected pages, and 30 map leaves
        Lab lab = new Lab("power cuts at the edges of large trees", TALLY::checks);
        PowerCuts.Effort effort = new PowerCuts.Effort(new CrashImages.Limits(64, 2, true), 1, 1, true);
        List<Supplier<Base>> bases = Lab.LONG
                ? List.of(() -> Base.guarded(SMALL, 27_000, 1 << 26), () -> Base.filled(SMALL, 121_871, 1 << 27))
                : List.of();
        for (Supplier<Base> base : bases) {
            for (Op op : List.of(Op.ALLOC, Op.ALLOC_PROTECTED)) {
                lab.add(() -> PowerCuts.explore(TALLY, "large tree edge " + op, base.get(), List.of(op), 0, effort));
            }
        }
        lab.run();
    }

    @Test
    void aPowerCutOrAFailureWhileAFileIsCreatedLeavesNoneOrAGoodOne() {
        Lab lab = new Lab("creating", TALLY::checks);
        for (Options options : ALL) {
            lab.add(() -> Creation.cutPower(TALLY, options,
                    new CrashImages.Limits(Lab.LONG ? 500_000 : 300, 64, true)));
            lab.add(() -> Creation.failEveryCall(TALLY, options));
        }
        lab.run();
    }

    @Test
    void aPowerCutOrAFailureWhileABackupIsMadeLeavesNoneOrAGoodOne() {
        Lab lab = new Lab("backups", TALLY::checks);
        for (Options options : Lab.LONG ? ALL : FEW) {
            lab.add(() -> Backups.cutPower(TALLY, () -> Base.used(options),
                    new CrashImages.Limits(Lab.LONG ? 500_000 : 300, 64, true)));
            lab.add(() -> Backups.liveOn(TALLY, () -> Base.used(options)));
            lab.add(() -> Backups.failEveryCall(TALLY, () -> Base.used(options), -1));
            lab.add(() -> Backups.failEveryCall(TALLY, () -> Base.used(options), 0));
        }
        lab.run();
    }

    @Test
    void whoeverOpensTheFileOfAKilledProcessCanBuildOnIt() {
        tellStories("killed processes", DiskFault.DEATHS);
    }

    @Test
    void afterAFailedCallThePagerIsUnharmedOrUnavailableAndNothingIsLost() {
        tellStories("failing calls", DiskFault.FAILURES);
    }

    private static void tellStories(String title, Iterable<DiskFault> faults) {
        Lab lab = new Lab(title, TALLY::checks);
        for (Options options : Lab.LONG ? ALL : FEW) {
            boolean many = Lab.LONG && (options.ringBytes() == 0 || FEW.contains(options));
            List<List<Op>> then = many ? MANY_THEN : FEW_THEN;
            boolean few = !Lab.LONG && options.ringBytes() > 0;
            for (Op op : few ? List.of(Op.ALLOC, Op.PROTECTED_COMMIT, Op.FREE_PROTECTED) : Op.SINGLE) {
                if (!few) {
                    lab.add(() -> stories(title, Base.fresh(options), List.of(op), faults, then));
                }
                lab.add(() -> stories(title, Base.used(options), List.of(op), faults, then));
            }
        }
        for (Options options : FEW) {
            for (Op first : Lab.LONG ? Op.CORE : List.<Op>of()) {
                for (Op second : Op.CORE) {
                    lab.add(() -> stories(title, Base.used(options), List.of(first, second), faults, FEW_THEN));
                }
            }
        }
        lab.run();
    }

    private static void stories(String title, Base base, List<Op> ops, Iterable<DiskFault> faults,
            List<List<Op>> thens) {
        stories(title, base, ops, faults, thens, effort(16, 64, 6, Lab.LONG ? 100 : 200, 2));
    }

    private static void stories(String title, Base base, List<Op> ops, Iterable<DiskFault> faults,
            List<List<Op>> thens, PowerCuts.Effort effort) {
        FaultStory story = FaultStory.of(base, ops);
        LongSet seen = new LongSet();
        for (int call = 0; call < story.calls().size(); call++) {
            for (DiskFault fault : faults) {
                for (List<Op> then : fault.strikes(story.calls().get(call)) ? thens : List.<List<Op>>of()) {
                    Session session = story.tell(call, fault, then);
                    try {
                        PowerCuts.explore(TALLY, title, base, session, 0, effort, seen);
                    } catch (LabFailure e) {
                        throw new LabFailure(story.describe(call, fault) + ", then " + then + ", " + e.getMessage(), e);
                    }
                }
            }
        }
    }

    /** What was written once more in place, where nothing was ever written before, is behind the mark if the commit is undone. */
    @Test
    void aPageOfAFailedCommitThatIsUndoneByAPowerCutIsZerosWhenItIsHandedOut() {
        Lab lab = new Lab("failed commits that a power cut undoes", TALLY::checks);
        for (Options options : List.of(Options.JOURNAL, Options.BESIDE_JOURNAL)) {
            lab.add(() -> stories("failed, and undone", Base.used(options), List.of(Op.ALLOC_BULK, Op.ALLOC_PROTECTED),
                    DiskFault.FAILURES, List.of(List.of(Op.COMMIT_EVERYWHERE)), effort(64, 64, 6, 30, 2)));
        }
        lab.run();
    }

    @Test
    void aLongMixOfEverythingNeverLosesAnything() {
        long seed = Long.getLong("crashlab.seed", 20_250_101L);
        Lab lab = new Lab("mixes from seed " + seed + " (-Dcrashlab.seed)", TALLY::checks);
        for (int i = 0; i < (Lab.LONG ? 200 : 12); i++) {
            long own = seed + i;
            Options options = ALL.get(i % ALL.size());
            Base base = i % 2 == 0 ? Base.used(options) : Base.fresh(options);
            lab.add(() -> Mix.run(TALLY, own, base, Lab.LONG ? 50 : 6));
        }
        lab.run();
    }
}
