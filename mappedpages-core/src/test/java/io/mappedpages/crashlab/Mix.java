package io.mappedpages.crashlab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A long story made of short ones: random operations, in which perhaps a call fails or the process dies, then a power cut;
 * one of the disks that this could leave is where the next story begins.
 */
final class Mix {

    private static final Op[] ANY =
            Arrays.stream(Op.values()).filter(op -> op != Op.DRAIN && !op.isEverywhere()).toArray(Op[]::new);
    private static final PowerCuts.Effort EFFORT = new PowerCuts.Effort(new CrashImages.Limits(8, 4, true), 200, 2,
            true);

    private final Tally tally;
    private final Random random;
    private Base base;
    private int seen;

    private Mix(Tally tally, long seed, Base first) {
        this.tally = tally;
        this.random = new Random(seed);
        this.base = first;
    }

    /** Tells so many stories in a row; a seed always gives the same. */
    static void run(Tally tally, long seed, Base first, int stories) {
        Mix mix = new Mix(tally, seed, first);
        for (int i = 0; i < stories; i++) {
            try {
                mix.next();
            } catch (LabFailure | RuntimeException e) {
                throw new LabFailure("mix of seed " + seed + " on " + first + ", story " + i + ": " + e.getMessage(),
                        e);
            }
            if (mix.base.length() > mix.base.capacity() / 2) {
                mix.base = first;
            }
        }
    }

    private void next() {
        Session session = random.nextInt(3) == 0 ? undisturbed() : disturbed();
        Base before = base;
        seen = 0;
        Options options = random.nextInt(8) == 0 ? before.options().otherwiseReserved() : before.options();
        PowerCuts.explore(tally, "seeded mixes", before, session, EFFORT, (bytes, length, found, _) -> {
            if (random.nextInt(++seen) == 0) {
                base = before.with("what a power cut left", options, bytes, length, found, session.lastStamp() + 1000);
            }
        });
    }

    private Session undisturbed() {
        Session session = new Session(base.disk(), base.options(), base.model(), base.nextStamp()).open();
        some(2 + random.nextInt(8)).forEach(session::run);
        session.disk.finishCheckpoint();
        Oracle.check(session.pager(), List.of(session.model()));
        return session;
    }

    private Session disturbed() {
        FaultStory story = FaultStory.of(base, some(1 + random.nextInt(6)));
        while (true) {
            int call = random.nextInt(story.calls().size());
            DiskFault fault = DiskFault.values()[random.nextInt(DiskFault.values().length)];
            if (fault.strikes(story.calls().get(call))) {
                return story.tell(call, fault, some(random.nextInt(4)));
            }
        }
    }

    private List<Op> some(int count) {
        List<Op> ops = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ops.add(ANY[random.nextInt(ANY.length)]);
        }
        return ops;
    }
}
