package io.mappedpages.crashlab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mappedpages.MappedPageException;
import io.mappedpages.Pager;
import io.mappedpages.PagerIoException;
import io.mappedpages.RecoveryReport;
import io.mappedpages.internal.format.SuperblockSlot;
import io.mappedpages.internal.storage.ByteRange;

/**
 * A power cut, and one place of the disk cannot be read when the file is opened. If that happens once, it is of no
 * consequence. If it stays so the file either opens with what was committed, or it is refused, nothing is changed, and what
 * was committed is there once the disk reads again. Nothing is ever given up for a place that was not read.
 */
final class UnreadablePlaces implements PowerCuts.Survivor {

    private static final int PAGES_BY_CHANCE = 3;
    private static final List<Op> THEN = List.of(Op.ALLOC, Op.PROTECTED_COMMIT, Op.COMMIT_EVERYWHERE);
    private final Tally tally;
    private final Options options;
    private final Image image = new Image();

    UnreadablePlaces(Tally tally, Options options) {
        this.tally = tally;
        this.options = options;
    }

    @Override
    public void opened(byte[] bytes, int length, Model found, List<Model> allowed) {
        byte[] own = Arrays.copyOf(bytes, length);
        long hash = Hashes.image(own, length);
        List<ByteRange> places = fixedPlaces(options);
        for (int i = 0; i < PAGES_BY_CHANCE; i++) {
            long page = Long.remainderUnsigned(Hashes.mix(hash + i), length >> options.pageSizeLog2());
            places.add(page(options, page));
        }
        for (ByteRange place : places) {
            tally.checked("power cut and an unreadable place", hash ^ Hashes.mix(place.offset()));
            try {
                once(own, place, allowed);
                forGood(own, place, allowed);
            } catch (LabFailure e) {
                throw new LabFailure("byte " + place.offset() + " is unreadable: " + e.getMessage(), e);
            }
        }
    }

    private static List<ByteRange> fixedPlaces(Options options) {
        List<ByteRange> places = new ArrayList<>();
        for (int slot = 0; slot < 2; slot++) {
            places.add(new ByteRange(SuperblockSlot.offsetOf(slot), SimulatedFile.SECTOR));
            places.add(page(options, 1L + slot));
        }
        return places;
    }

    private static ByteRange page(Options options, long number) {
        return new ByteRange(number << options.pageSizeLog2(), options.pageSize());
    }

    private void once(byte[] bytes, ByteRange place, List<Model> allowed) {
        image.show(bytes, bytes.length);
        image.has(new BadBlock(place, 1));
        Oracle.check(image, options, allowed, true);
    }

    private void forGood(byte[] bytes, ByteRange place, List<Model> allowed) {
        image.show(bytes, bytes.length);
        image.has(BadBlock.forGood(place));
        Pager pager = openOrBeRefused();
        image.has(BadBlock.NONE);
        if (pager == null) {
            Oracle.check(image, options, allowed, true);
        } else if (!isContentOfTheLastRecord(pager)) {
            // Without the older slot an unfinished commit is adopted if all of it is there; once the slot can be read, the
            // one before would be. So verify() is not asked.
            Oracle.match(pager, allowed.size() == 1 ? allowed : SlotLoss.withUnknownNewPages(allowed));
            Oracle.requireNoLoss(pager);
        }
    }

    /**
     * A sector that reads as an error is what an unfinished commit may leave. A finished one may have become unreadable, which
     * nobody can tell from it: the last commit is undone then, and that is said.
     */
    private static boolean isContentOfTheLastRecord(Pager pager) {
        return pager.recovery().filter(report -> report.loss() == RecoveryReport.Loss.POSSIBLE
                && report.findings().toString().contains("that it wrote cannot be read"))
                .isPresent();
    }

    private @Nullable Pager openOrBeRefused() {
        try {
            return options.open(image);
        } catch (PagerIoException e) {
            return null;
        } catch (MappedPageException e) {
            throw new LabFailure("what could not be read counts as damaged: " + e, e);
        }
    }

    /** A file is opened although a place cannot be read, work goes on, and the power is cut. */
    static void goOn(Tally tally, Base base) {
        for (ByteRange place : fixedPlaces(base.options())) {
            Session session = new Session(base.disk(), base.options(), base.model(), base.nextStamp());
            session.disk.has(BadBlock.forGood(place));
            boolean refused = isRefused(session);
            if (refused) {
                session.disk.has(BadBlock.NONE);
                requireUnchanged(session.disk, base);
                session.open();
            }
            THEN.forEach(session::run);
            session.disk.has(BadBlock.NONE);
            try {
                Oracle.check(session.pager(), List.of(session.model()));
                Oracle.requireNoLoss(session.pager());
                PowerCuts.explore(tally, "after an unreadable place", base, session, 0, afterwards(place),
                        new LongSet());
            } catch (LabFailure e) {
                throw new LabFailure("byte " + place.offset() + " was unreadable, " + (refused ? "refused" : "opened")
                        + ", then " + THEN + " on " + base + ", " + e.getMessage(), e);
            }
        }
    }

    /**
     * The adopted slot is written into the place of the one that could not be read. If the commit behind that is cut off,
     * there are two slots of one generation, which looks like a loss that is being dealt with: a report too many, at worst.
     */
    private static PowerCuts.Effort afterwards(ByteRange place) {
        boolean isSlot = place.length() == SimulatedFile.SECTOR;
        return new PowerCuts.Effort(new CrashImages.Limits(64, 8, true), 20, 2, !isSlot);
    }

    private static boolean isRefused(Session session) {
        try {
            session.open();
            return false;
        } catch (PagerIoException e) {
            return true;
        }
    }

    private static void requireUnchanged(SimulatedDisk disk, Base base) {
        SimulatedFile file = disk.file();
        if (file == null || !Arrays.equals(file.bytes, 0, file.length, base.content(), 0, base.length())) {
            throw new LabFailure("a refused opening changed the file");
        }
    }
}
