package io.mappedpages.crashlab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.mappedpages.MappedPageException;

/**
 * Cuts the power, kills the process or lets a call fail while a backup is made of a file that lives on meanwhile: the backup is
 * absent afterwards, or good, and the file is what it was.
 */
final class Backups {

    static final Path TARGET = Path.of("/lab/backup");
    private static final String RETURNED = "the backup was made";
    /** What happens to the file while it is copied, one after the other, an operation for each piece. */
    private static final List<Op> MEANWHILE = List.of(Op.PROTECTED_COMMIT, Op.TRANSACTION, Op.REGULAR_COMMIT,
            Op.FREE_PROTECTED, Op.ALLOC, Op.FREE, Op.ALLOC_PROTECTED_BULK, Op.PROTECTED_COMMIT, Op.TRIM, Op.GROWTH);

    private Backups() {
    }

    /** A backup, and what it may be of. */
    private static final class Made {
        final SimulatedDisk disk;
        final Session session;
        final List<Model> moments = new ArrayList<>();
        private final int first;
        /** What comes of the operations if nothing is in their way; null if that is not known. */
        private final @Nullable Made undisturbed;
        private int pieces;

        /** @param first the first of the operations beside it, or a negative number for none of them */
        Made(Base base, int first, @Nullable Made undisturbed) {
            this.undisturbed = undisturbed;
            this.disk = base.disk();
            this.session = new Session(disk, base.options(), base.model(), base.nextStamp()).open();
            this.first = first;
            moments.add(base.model());
        }

        void make() {
            session.pager().backup(TARGET, _ -> {
                if (first >= 0 && pieces < MEANWHILE.size()) {
                    run(MEANWHILE.get((first + pieces++) % MEANWHILE.size()));
                }
            });
        }

        private void run(Op op) {
            Model expected = undisturbed == null ? null : undisturbed.moments.get(pieces);
            if (expected != null) {
                moments.add(expected); // also if it throws, it may have been done
            }
            session.run(op, expected);
            moments.add(session.model());
        }

        /** What may be in the backup: a regular page is as it was at its moment, or at a later one. */
        List<Model> allowed() {
            return moments;
        }
    }

    /** Cuts the power at every event. */
    static void cutPower(Tally tally, Supplier<Base> from, CrashImages.Limits limits) {
        Base base = from.get();
        Made made = new Made(base, -1, null);
        made.make();
        made.disk.mark(RETURNED);
        Medium medium = base.medium();
        boolean returned = false;
        Image image = new Image();
        LongSet seen = new LongSet();
        for (DiskEvent event : made.disk.log()) {
            medium.apply(event);
            returned |= event instanceof DiskEvent.Mark mark && RETURNED.equals(mark.what());
            for (Medium.FileOnMedium target : medium.possibleTargets(TARGET)) {
                if (target == null) {
                    if (returned) {
                        throw new LabFailure("a backup that was made is gone after a power cut");
                    }
                    continue;
                }
                CrashImages.list(target, limits, 1, (bytes, length, hash) -> {
                    if (seen.add(hash)) {
                        tally.checked("backup", hash);
                        image.show(bytes, length);
                        try {
                            Oracle.check(image, base.options(), made.allowed(), true);
                        } catch (LabFailure e) {
                            throw new LabFailure("backup of " + base + ", power cut after " + event + ": "
                                    + e.getMessage(), e);
                        }
                    }
                });
            }
        }
    }

    /** Has one operation after the other between the pieces, and begins with each of them once. */
    static void liveOn(Tally tally, Supplier<Base> from) {
        Base base = from.get();
        for (int first = 0; first < MEANWHILE.size(); first++) {
            Made made = new Made(base, first, null);
            made.make();
            try {
                Oracle.check(made.session.pager(), List.of(made.session.model()));
                check(tally, made, true);
            } catch (LabFailure e) {
                throw new LabFailure("backup of " + base + " beside " + MEANWHILE.get(first) + " and what follows: "
                        + e.getMessage(), e);
            }
        }
    }

    /** Lets every call fail in every way, and be the last of its process. */
    static void failEveryCall(Tally tally, Supplier<Base> from, int beside) {
        Base base = from.get();
        Made undisturbed = new Made(base, beside, null);
        int opened = undisturbed.disk.callCount();
        undisturbed.make();
        List<DiskCall> calls = undisturbed.disk.calls();
        for (int call = opened; call < calls.size(); call++) {
            for (DiskFault fault : DiskFault.values()) {
                if (fault.strikes(calls.get(call))) {
                    try {
                        fail(tally, base, undisturbed, call, fault);
                    } catch (LabFailure | RuntimeException e) {
                        throw new LabFailure(
                                "backup of " + base + ", call " + call + " (" + calls.get(call) + ") " + fault
                                        + ": " + e.getMessage(),
                                e);
                    }
                }
            }
        }
    }

    private static void fail(Tally tally, Base base, Made undisturbed, int call, DiskFault fault) {
        Made made = new Made(base, undisturbed.first, undisturbed);
        made.disk.arm(call, fault);
        boolean returned = false;
        try {
            made.make();
            returned = true;
        } catch (MappedPageException | ProcessDeath e) {
            if (!made.disk.hasStruck()) {
                throw new LabFailure("it failed before anything went wrong: " + e, e);
            }
        }
        if (made.disk.isDead()) {
            made.session.restart();
        } else {
            made.session.recover();
        }
        check(tally, made, returned);
    }

    private static void check(Tally tally, Made made, boolean mustBeThere) {
        SimulatedFile copy = made.disk.file(TARGET);
        if (copy == null) {
            if (mustBeThere) {
                throw new LabFailure("there is no backup");
            }
            return;
        }
        Image image = new Image();
        image.show(copy.bytes, copy.length);
        Oracle.check(image, made.session.options, made.allowed(), true);
        tally.checked("backup", Hashes.image(copy.bytes, copy.length));
    }
}
