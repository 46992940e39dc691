package io.mappedpages.crashlab;

import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mappedpages.MappedPageException;
import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;
import io.mappedpages.RecoveryReport;

/**
 * Opens a damaged file, reads everything, verifies it and works on. That must end in a documented exception or in the
 * right answer: never in anything else, and never in wrong bytes of a protected page. One instance serves one thread.
 */
final class DamageCheck {

    /** How much a damaged file may be taken at its word. */
    enum Damage {
        /** In one place only, so that nothing is lost but what is reported, and nothing reported but what is lost. */
        CHANGED_ONCE,
        /** Checksums tell: what opens without a report is the newest state, and with one it is an earlier one. */
        CHANGED,
        /** Old bytes in the place of newer ones: any state of the past may come up. */
        REPLAYED,
        /** The checksums were made to agree: nothing is promised but an end. */
        SEALED
    }

    private static final List<Op> WORK = List.of(Op.ALLOC, Op.PROTECTED_COMMIT, Op.FREE, Op.ALLOC_PROTECTED,
            Op.REGULAR_COMMIT, Op.DRAIN, Op.REOPEN);

    private final History history;
    private final Image image = new Image();

    DamageCheck(History history) {
        this.history = history;
    }

    /** {@return in a word how it ended} @param work whether to work on, too */
    String check(byte[] bytes, int length, Damage damage, boolean work) {
        image.show(bytes, length);
        Pager pager;
        try {
            pager = options().open(image);
        } catch (MappedPageException e) {
            return e.getClass().getSimpleName();
        }
        Model found = read(pager, damage);
        boolean sound = verify(pager);
        if (found != null && sound && damage != Damage.SEALED) {
            if (work && isEmptyFrom(history.unused(), bytes, length)) {
                workStrictly(bytes, length, found);
            }
            return found == newest() ? "right" : "earlier state";
        }
        if (work) {
            workLoosely(bytes, length);
        }
        return found == null ? "damage met on reading" : "damage reported by verify";
    }

    /** Free pages carry no checksums; those that were never used are taken for zeros. */
    private static boolean isEmptyFrom(int from, byte[] bytes, int length) {
        for (int at = from; at < length; at++) {
            if (bytes[at] != 0) {
                return false;
            }
        }
        return true;
    }

    private Options options() {
        return history.base().options();
    }

    private Model newest() {
        return history.models().getLast();
    }

    /** {@return the state that was read, or null if reading ended in a documented exception} */
    private @Nullable Model read(Pager pager, Damage damage) {
        RecoveryReport report = pager.recovery().orElse(null);
        boolean lossReported = report != null && report.loss() != RecoveryReport.Loss.NONE;
        try {
            if (damage == Damage.SEALED) {
                readAll(pager);
                return newest();
            }
            for (Model model : history.models().reversed()) {
                String difference = model.withAnythingIn(everyPage(model)).difference(pager, 0);
                if (difference == null) {
                    boolean isNewest = model.fingerprint() == newest().fingerprint();
                    requireTruth(isNewest, lossReported, damage, report);
                    return isNewest ? newest() : model;
                }
            }
        } catch (MappedPageException e) {
            return null;
        }
        throw new LabFailure("what was opened never was: " + pager.recovery());
    }

    private static void requireTruth(boolean isNewest, boolean lossReported, Damage damage,
            @Nullable RecoveryReport report) {
        if (!isNewest && !lossReported && damage != Damage.REPLAYED) {
            throw new LabFailure("an earlier state was opened and no loss reported: " + report);
        }
        if (isNewest && lossReported && damage == Damage.CHANGED_ONCE) {
            throw new LabFailure("a loss was reported and nothing is lost: " + report);
        }
    }

    /** Regular pages carry no checksums: what is in them is not looked at. */
    private static Iterable<Long> everyPage(Model model) {
        return () -> model.regular().stream().asLongStream().boxed().iterator();
    }

    private static void readAll(Pager pager) {
        for (PageId id : (Iterable<PageId>) pager.allocatedPages()::iterator) {
            try (var page = pager.read(id)) {
                page.bytes().get(ValueLayout.JAVA_BYTE, page.size() - 1L);
            }
        }
        for (ProtectedPageId id : (Iterable<ProtectedPageId>) pager.allocatedProtectedPages()::iterator) {
            try (var page = pager.read(id)) {
                page.bytes().get(ValueLayout.JAVA_BYTE, page.size() - 1L);
            }
        }
    }

    private static boolean verify(Pager pager) {
        try {
            return pager.verify().isSound();
        } catch (MappedPageException e) {
            return false;
        }
    }

    private SimulatedDisk copy(byte[] bytes, int length) {
        SimulatedDisk disk = new SimulatedDisk(bytes, length, history.base().capacity());
        disk.stopRecording();
        return disk;
    }

    private void workStrictly(byte[] bytes, int length, Model found) {
        Session session = new Session(copy(bytes, length), options(), found.withAnythingIn(everyPage(found)), 1 << 20)
                .open();
        WORK.forEach(session::run);
        Oracle.check(session.pager(), List.of(session.model()));
    }

    private void workLoosely(byte[] bytes, int length) {
        Session session = new Session(copy(bytes, length), options(), new Model(), 1 << 20).open();
        for (Op op : Arrays.asList(Op.ALLOC, Op.ALLOC_PROTECTED, Op.SYNC, Op.REOPEN, Op.ALLOC_BULK)) {
            try {
                session.run(op);
            } catch (MappedPageException e) {
                // as documented
            } catch (LabFailure e) {
                // a page handed out twice or not empty: the damage is known, see verify()
            }
        }
        try {
            session.pager().close();
        } catch (MappedPageException e) {
            // as documented
        }
    }
}
