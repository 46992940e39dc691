package io.mappedpages.crashlab;

import java.util.List;

/**
 * Short pieces of the laboratory, as few as will tell a sound pager from one with something missing. They run in class
 * loaders of their own, so nothing goes in or comes out but strings.
 */
enum Probe {

    POWER_CUTS {
        @Override
        void run() {
            PowerCuts.Effort effort = new PowerCuts.Effort(new CrashImages.Limits(64, 8, true), 12, 3, true);
            for (Options options : List.of(Options.SMALL, Options.SPARSE)) {
                for (Op op : List.of(Op.ALLOC, Op.PROTECTED_COMMIT, Op.ALLOC_PROTECTED, Op.FREE, Op.REGULAR_COMMIT,
                        Op.GROWTH, Op.ALLOC_BULK, Op.FREE_PROTECTED)) {
                    PowerCuts.explore(TALLY, op.name(), Base.used(options), List.of(op), 0, effort);
                }
                PowerCuts.explore(TALLY, "sync", Base.used(options), List.of(Op.ALLOC, Op.REGULAR_STORE, Op.SYNC), 1,
                        effort);
                PowerCuts.explore(TALLY, "twice", Base.used(options), List.of(Op.PROTECTED_COMMIT, Op.PROTECTED_COMMIT),
                        1, effort);
                PowerCuts.explore(TALLY, "fresh", Base.fresh(options), List.of(Op.GROWTH), 0, effort);
            }
        }
    },

    EDGES {
        @Override
        void run() {
            PowerCuts.Effort effort = new PowerCuts.Effort(new CrashImages.Limits(64, 8, true), 4, 2, true);
            PowerCuts.explore(TALLY, "edge", Base.fresh(Options.SMALL), List.of(Op.ALLOC_PROTECTED), 0, effort);
            PowerCuts.explore(TALLY, "edge", Base.guarded(Options.SMALL, 30, 1 << 17), List.of(Op.ALLOC_PROTECTED), 0,
                    effort);
        }
    },

    JOURNAL {
        @Override
        void run() {
            PowerCuts.Effort effort = new PowerCuts.Effort(new CrashImages.Limits(64, 8, true), 24, 2, true);
            for (Options options : List.of(Options.JOURNAL, Options.SPARSE_JOURNAL)) {
                for (Op op : List.of(Op.ALLOC, Op.PROTECTED_COMMIT, Op.ALLOC_PROTECTED, Op.REGULAR_COMMIT, Op.GROWTH,
                        Op.TRIM)) {
                    PowerCuts.explore(TALLY, op.name(), Base.used(options), List.of(op), 0, effort);
                    PowerCuts.explore(TALLY, "again", Base.used(options), List.of(Op.ALLOC, Op.PROTECTED_COMMIT,
                            Op.FREE, Op.PROTECTED_COMMIT, Op.ALLOC_PROTECTED, Op.PROTECTED_COMMIT, op), 4, effort);
                }
            }
        }
    },

    /** No page is free within the file, and some are behind its end. */
    JOURNAL_FULL {
        @Override
        void run() {
            PowerCuts.Effort effort = new PowerCuts.Effort(new CrashImages.Limits(16, 4, true), 100, 1, true);
            PowerCuts.explore(TALLY, "full", CrashStatesTest.fullAndLongerOnce(Options.JOURNAL),
                    List.of(Op.PROTECTED_COMMIT), 0, effort);
        }
    },

    JOURNAL_BESIDE {
        @Override
        void run() {
            PowerCuts.Effort effort = new PowerCuts.Effort(new CrashImages.Limits(64, 8, true), 24, 2, true);
            for (Options options : List.of(Options.BESIDE_JOURNAL, Options.SLOW_BESIDE_JOURNAL)) {
                for (Op op : List.of(Op.ALLOC, Op.PROTECTED_COMMIT, Op.ALLOC_PROTECTED)) {
                    PowerCuts.explore(TALLY, "beside", Base.used(options), CrashStatesTest.besideCheckpoint(op), 3,
                            effort);
                }
            }
        }
    },

    JOURNAL_DAMAGE {
        @Override
        void run() {
            new JournalDamage(TALLY, Options.LONG_JOURNAL).explore(List.of(Op.ALLOC, Op.PROTECTED_COMMIT, Op.ALLOC_BULK,
                    Op.PROTECTED_COMMIT, Op.TRIM, Op.ALLOC, Op.PROTECTED_COMMIT, Op.FREE, Op.ALLOC_PROTECTED));
        }
    },

    JOURNAL_DEATHS {
        @Override
        void run() {
            journalStories(DiskFault.DEATHS);
        }
    },

    JOURNAL_FAILURES {
        @Override
        void run() {
            journalStories(DiskFault.FAILURES);
        }
    },

    TRANSACTIONS {
        @Override
        void run() {
            PowerCuts.Effort effort = new PowerCuts.Effort(new CrashImages.Limits(64, 8, true), 12, 2, true);
            for (Options options : List.of(Options.SMALL, Options.JOURNAL)) {
                PowerCuts.explore(TALLY, "transaction", Base.used(options), List.of(Op.TRANSACTION), 0, effort);
                PowerCuts.explore(TALLY, "transactions", Base.used(options),
                        List.of(Op.TRANSACTION, Op.FREE, Op.TRANSACTION, Op.TRANSACTION), 2, effort);
                PowerCuts.explore(TALLY, "growing transaction", Base.used(options), List.of(Op.TRANSACTION_GROWTH), 0,
                        effort);
            }
            PowerCuts.Effort few = new PowerCuts.Effort(new CrashImages.Limits(16, 4, true), 100, 1, true);
            for (Options options : List.of(Options.ROOMY, Options.ROOMY_JOURNAL)) {
                new ManyStories(TALLY, "many", options, few).cutPower(
                        List.of(Caller.FREEING_TRANSACTION, Caller.ALLOC_BULK, Caller.TRANSACTION, Caller.FREE));
            }
        }
    },

    MANY_CALLERS {
        @Override
        void run() {
            PowerCuts.Effort effort = new PowerCuts.Effort(new CrashImages.Limits(16, 4, true), 100, 1, true);
            for (Options options : List.of(Options.ROOMY, Options.ROOMY_JOURNAL)) {
                ManyStories stories = new ManyStories(TALLY, "many", options, effort);
                stories.cutPower(List.of(Caller.FREE, Caller.PROTECTED_COMMIT, Caller.ALLOC_BULK));
                stories.cutPower(List.of(Caller.ALLOC, Caller.REGULAR_COMMIT, Caller.OTHER_REGULAR_COMMIT));
                new ManyStories(TALLY, "many", options.patient(), effort)
                        .cutPower(List.of(Caller.FREE, Caller.ALLOC, Caller.FREE_AGAIN));
            }
        }
    },

    CREATION {
        @Override
        void run() {
            Creation.cutPower(TALLY, Options.SMALL, new CrashImages.Limits(200, 16, true));
            Creation.failEveryCall(TALLY, Options.SMALL);
        }
    },

    DEATHS {
        @Override
        void run() {
            stories(DiskFault.DEATHS);
        }
    },

    FAILURES {
        @Override
        void run() {
            stories(DiskFault.FAILURES);
        }
    },

    UNREADABLE {
        @Override
        void run() {
            PowerCuts.Effort effort = new PowerCuts.Effort(new CrashImages.Limits(32, 8, true), 1, 1, true);
            for (Op op : List.of(Op.PROTECTED_COMMIT, Op.ALLOC)) {
                PowerCuts.explore(TALLY, op.name(), Base.used(Options.SMALL), List.of(op), 0, effort,
                        new UnreadablePlaces(TALLY, Options.SMALL));
            }
            UnreadablePlaces.goOn(TALLY, Base.used(Options.SMALL));
            UnreadablePlaces.goOn(TALLY, Base.fresh(Options.LONG_JOURNAL));
        }
    },

    SLOT_LOSS {
        @Override
        void run() {
            PowerCuts.Effort effort = new PowerCuts.Effort(new CrashImages.Limits(128, 16, true), 1, 1, true);
            for (Op op : List.of(Op.PROTECTED_COMMIT, Op.ALLOC_PROTECTED, Op.ALLOC)) {
                Base base = Base.used(Options.SMALL);
                PowerCuts.explore(TALLY, op.name(), base, List.of(op), 0, effort, new SlotLoss(TALLY, base, 2));
            }
        }
    },

    FALL_BACK {
        @Override
        void run() {
            FallBack.explore(TALLY, Base.fresh(Options.SMALL), List.of(Op.ALLOC, Op.COMMIT_EVERYWHERE), 2, 0);
            FallBack.exploreWithoutSlot(TALLY, Base.fresh(Options.SMALL), List.of(Op.ALLOC, Op.COMMIT_EVERYWHERE), 2,
                    0);
            FallBack.explore(TALLY, Base.used(Options.SMALL), List.of(Op.ALLOC_PROTECTED), 1, 0);
            FallBack.explore(TALLY, Base.fresh(Options.BLOCKS), List.of(Op.ALLOC, Op.COMMIT_EVERYWHERE), 2, 1);
            FallBack.explore(TALLY, Base.used(Options.SMALL), List.of(Op.FREE_BULK, Op.TRIM), 0, 0);
            FallBack.exploreSectorOfZeros(TALLY, Base.used(Options.BLOCKS), List.of(Op.GROWTH, Op.COMMIT_EVERYWHERE),
                    2);
        }
    },

    DAMAGE {
        @Override
        void run() {
            History history = History.small(Options.SMALL);
            DamageCheck check = new DamageCheck(history);
            byte[] file = history.base().content();
            for (int at = 0; at < file.length; at += at < 3 * Options.SMALL.pageSize() ? 1 : 5) {
                byte[] bytes = file.clone();
                bytes[at] ^= (byte) (1 << at % 8);
                check.check(bytes, bytes.length, DamageCheck.Damage.CHANGED_ONCE, at % 16 == 0);
                check.check(file, Math.min(file.length, at), DamageCheck.Damage.CHANGED, false);
                if (at < Options.SMALL.pageSize() / 2) {
                    // both metadata pages: one as if of an unfinished commit, one damaged
                    int newest = new Reseal(file, Options.SMALL.pageSize()).pages().getFirst();
                    byte[] both = file.clone();
                    both[newest * Options.SMALL.pageSize() + 300] ^= 1;
                    both[(3 - newest) * Options.SMALL.pageSize() + at] ^= 1;
                    check.check(both, both.length, DamageCheck.Damage.CHANGED, false);
                }
            }
        }
    },

    SEALED_DAMAGE {
        @Override
        void run() {
            History history = History.small(Options.SMALL);
            DamageCheck check = new DamageCheck(history);
            byte[] file = history.base().content();
            Reseal reseal = new Reseal(file, Options.SMALL.pageSize());
            for (int page : reseal.pages()) {
                for (int at = 0; at < Options.SMALL.pageSize() - 4; at++) {
                    byte[] bytes = file.clone();
                    bytes[page * Options.SMALL.pageSize() + at] = 0x55;
                    reseal.seal(bytes);
                    check.check(bytes, bytes.length, DamageCheck.Damage.SEALED, at % 16 == 0);
                }
            }
        }
    },

    SCENARIOS {
        @Override
        void run() {
            Scenarios.all().forEach((name, story) -> {
                try {
                    story.run();
                } catch (LabFailure | RuntimeException e) {
                    throw new LabFailure(name + ": " + (e instanceof LabFailure ? e.getMessage() : e.toString()),
                            e);
                }
            });
        }
    };

    private static final Tally TALLY = new Tally();

    /** Throws if the pager does something it must not do. */
    abstract void run();

    private static void stories(Iterable<DiskFault> faults) {
        CrashImages.Limits images = new CrashImages.Limits(16, 6, true);
        PowerCuts.Effort once = new PowerCuts.Effort(images, 100, 1, true);
        PowerCuts.Effort goingOn = new PowerCuts.Effort(images, 1, 2, true);
        for (Op op : List.of(Op.ALLOC, Op.PROTECTED_COMMIT)) {
            stories(Base.used(Options.SMALL), op, faults, List.of(Op.COMMIT_EVERYWHERE, Op.ALLOC), once);
        }
        // A page that nobody had before is handed out without zeros, and shows what was stored into it.
        stories(Base.fresh(Options.SMALL), Op.ALLOC, faults, List.of(Op.STORE_EVERYWHERE), goingOn);
    }

    private static void journalStories(Iterable<DiskFault> faults) {
        PowerCuts.Effort once = new PowerCuts.Effort(new CrashImages.Limits(16, 6, true), 100, 1, true);
        for (Op op : List.of(Op.ALLOC, Op.PROTECTED_COMMIT)) {
            stories(Base.used(Options.JOURNAL), op, faults, List.of(Op.COMMIT_EVERYWHERE, Op.PROTECTED_COMMIT), once);
        }
    }

    private static void stories(Base base, Op op, Iterable<DiskFault> faults, List<Op> thens, PowerCuts.Effort effort) {
        FaultStory story = FaultStory.of(base, List.of(op));
        LongSet seen = new LongSet();
        for (int call = 0; call < story.calls().size(); call++) {
            for (DiskFault fault : faults) {
                for (Op then : fault.strikes(story.calls().get(call)) ? thens : List.<Op>of()) {
                    PowerCuts.explore(TALLY, "story", base, story.tell(call, fault, List.of(then)), 0, effort, seen);
                }
            }
        }
    }

    /** Called from outside by name. {@return what the laboratory says is wrong with the pager, or null} */
    static String findAnything(String probe) {
        try {
            Probe.valueOf(probe).run();
            return null;
        } catch (ExceptionInInitializerError e) {
            return String.valueOf(e.getCause());
        } catch (LinkageError e) {
            throw e; // the surgery has failed, and nothing was found
        } catch (Throwable e) {
            String message = String.valueOf(e.getMessage());
            return e instanceof LabFailure ? message : e.getClass().getSimpleName() + ": " + message;
        }
    }
}
