package io.mappedpages.crashlab;

import java.util.List;
import java.util.Random;

import io.mappedpages.Pager;
import io.mappedpages.RecoveryReport;

/**
 * The newest generation is damaged, and the one before is the way back. That must be reported, and be as good a beginning
 * as any other: with new pages full of zeros although the lost generation wrote to them, and through more power cuts.
 */
final class FallBack {

    private static final int AGAIN = 40;
    /** What comes next may forget the loss, and only little of it comes before the first commit. */
    private static final int OFTEN = 3;

    private FallBack() {
    }

    /**
     * Does {@code ops}, of which the last one that commits is lost, unless there is a journal.
     *
     * @param lost   how many of the last operations did not survive
     * @param sector which sector of the newest metadata page is damaged
     */
    static void explore(Tally tally, Base base, List<Op> ops, int lost, int sector) {
        explore(tally, base, ops, lost, sector, false, AGAIN);
    }

    /** The same, and the slot that names this page is damaged, too: nobody can tell any more what it named. */
    static void exploreWithoutSlot(Tally tally, Base base, List<Op> ops, int lost, int sector) {
        explore(tally, base, ops, lost, sector, true, OFTEN);
    }

    /**
     * The damaged sector was full of zeros, so a power cut while it is written may mend it, and what was lost must not come back.
     * Work goes on from more of these disks.
     */
    static void exploreSectorOfZeros(Tally tally, Base base, List<Op> ops, int lost) {
        explore(tally, base, ops, lost, base.options().pageSize() / SimulatedFile.SECTOR / 2, false, OFTEN);
    }

    private static void explore(Tally tally, Base base, List<Op> ops, int lost, int sector, boolean slotToo,
            int again) {
        History history = History.of(base, ops);
        Options options = base.options();
        byte[] bytes = history.base().content().clone();
        Reseal newest = new Reseal(bytes, options.pageSize());
        byte[] garbage = new byte[SimulatedFile.SECTOR];
        new Random(sector).nextBytes(garbage);
        System.arraycopy(garbage, 0, bytes, newest.metadataAt() + sector * SimulatedFile.SECTOR, garbage.length);
        if (slotToo) {
            System.arraycopy(garbage, 0, bytes, newest.slotAt(), garbage.length);
        }
        boolean journaled = options.ringBytes() > 0; // the alternate leads to all that was committed
        Model held = history.models().get(history.models().size() - 1 - (journaled ? 0 : lost));
        Model before = held.withAnythingIn(() -> held.regular().stream().asLongStream().boxed().iterator());
        try {
            Image image = new Image();
            image.show(bytes, bytes.length);
            Pager pager = options.open(image);
            Oracle.check(pager, List.of(before));
            if (journaled) {
                Oracle.requireNoLoss(pager);
            } else if (pager.recovery().map(RecoveryReport::loss).orElse(null) != RecoveryReport.Loss.POSSIBLE) {
                throw new LabFailure("a lost generation is not reported: " + pager.recovery());
            }
            Base left = history.base().with("what was fallen back to", options, bytes, bytes.length, before,
                    history.base().nextStamp() + 1000);
            PowerCuts.explore(tally, "after falling back", left, List.of(Op.PROTECTED_COMMIT, Op.DRAIN, Op.GROWTH), 0,
                    new PowerCuts.Effort(new CrashImages.Limits(64, 8, true), again, 2,
                            false));
        } catch (LabFailure | RuntimeException e) {
            throw new LabFailure("newest metadata" + (slotToo ? " and its slot" : "") + " damaged after " + ops + " on "
                    + base + ": " + e.getMessage(), e);
        }
    }
}
