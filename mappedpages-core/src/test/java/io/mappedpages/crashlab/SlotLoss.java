package io.mappedpages.crashlab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

import org.jspecify.annotations.Nullable;

import io.mappedpages.CorruptSuperblockException;
import io.mappedpages.MappedPageException;
import io.mappedpages.Pager;
import io.mappedpages.internal.format.SlotReading;
import io.mappedpages.internal.format.SuperblockSlot;

/**
 * A power cut, and one superblock slot cannot be read afterwards: two misfortunes at once. As long as the other slot is
 * whole, nothing is lost, and a commit that did not get as far as its slot is adopted only if all of it is there.
 */
final class SlotLoss implements PowerCuts.Survivor {

    private static final List<Op> NEXT = List.of(Op.ALLOC, Op.ALLOC_PROTECTED, Op.PROTECTED_COMMIT);
    private static final PowerCuts.Effort AFTERWARDS = new PowerCuts.Effort(new CrashImages.Limits(64, 8, true), 20, 2,
            false);

    private final Tally tally;
    private final Base base;
    private final int again;
    private final Image image = new Image();

    /** @param again from one of so many disks work goes on */
    SlotLoss(Tally tally, Base base, int again) {
        this.tally = tally;
        this.base = base;
        this.again = again;
    }

    @Override
    public void opened(byte[] bytes, int length, Model found, List<Model> allowed) {
        for (int slot = 0; slot < 2; slot++) {
            byte[] harmed = Arrays.copyOf(bytes, length);
            byte[] garbage = new byte[SimulatedFile.SECTOR];
            new Random(slot).nextBytes(garbage);
            System.arraycopy(garbage, 0, harmed, SuperblockSlot.offsetOf(slot), garbage.length);
            long hash = Hashes.image(harmed, length) ^ Hashes.mix(length);
            tally.checked("power cut and an unreadable slot", hash);
            Model adopted = open(harmed, length, slot, allowed);
            if (adopted != null && Long.remainderUnsigned(Hashes.mix(hash), again) == 0) {
                goOn(harmed, adopted);
            }
        }
    }

    private @Nullable Model open(byte[] harmed, int length, int slot, List<Model> allowed) {
        image.show(harmed, length);
        Pager pager;
        try {
            pager = base.options().open(image);
        } catch (CorruptSuperblockException e) {
            if (SuperblockSlot.decode(harmed, SuperblockSlot.offsetOf(1 - slot)) instanceof SlotReading.Valid) {
                throw new LabFailure("slot " + slot + " is unreadable and the other one is not used", e);
            }
            return null;
        } catch (MappedPageException e) {
            throw new LabFailure("slot " + slot + " is unreadable: " + e.getMessage(), e);
        }
        try {
            return Oracle.check(pager, allowed.size() == 1 ? allowed : withUnknownNewPages(allowed));
        } catch (LabFailure e) {
            throw new LabFailure("slot " + slot + " is unreadable: " + e.getMessage(), e);
        }
    }

    /** Of a commit that is adopted without its slot nobody knows whether the zeros of new regular pages were written. */
    static List<Model> withUnknownNewPages(List<Model> allowed) {
        List<Model> loose = new ArrayList<>();
        for (Model model : allowed) {
            BitSet fresh = (BitSet) model.regular().clone();
            fresh.andNot(allowed.getFirst().regular());
            loose.add(model.withAnythingIn(() -> fresh.stream().asLongStream().boxed().iterator()));
        }
        return loose;
    }

    /** Something else is done next, and the power is cut in it: what was rejected must not come back. */
    private void goOn(byte[] harmed, Model adopted) {
        Base left = base.with("what a power cut and an unreadable slot left", base.options(), harmed, harmed.length,
                adopted, base.nextStamp() + 5000);
        for (Op op : NEXT) {
            PowerCuts.explore(tally, "after an unreadable slot", left, List.of(op), 0, AFTERWARDS);
        }
    }
}
