package io.mappedpages.crashlab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mappedpages.MappedPageException;
import io.mappedpages.Pager;
import io.mappedpages.RecoveryReport;

/**
 * One place of a file with a journal is damaged, after some operations had returned: a sector of the superblock, of a
 * metadata page, of a ring. Nothing may be lost, nor may it be said that something was. If a record is damaged in both
 * rings, and it is not the last one, the loss must be said.
 */
final class JournalDamage {

    private final Tally tally;
    private final Options options;
    private final Image image = new Image();

    JournalDamage(Tally tally, Options options) {
        this.tally = tally;
        this.options = options;
    }

    /** Damages what each of {@code ops}, done one after the other, leaves. */
    void explore(List<Op> ops) {
        History history = History.of(Base.used(options), ops);
        for (int time = 1; time < history.models().size(); time++) {
            byte[] bytes = history.snapshots().get(time);
            Model model = history.models().get(time);
            for (int sector : sectors(bytes)) {
                for (byte[] damage : damages(sector)) {
                    check(bytes, sector, damage, model, ops.subList(0, time));
                }
            }
            requireSaidIfARecordIsMissing(bytes, model, ops.subList(0, time));
        }
    }

    private List<Integer> sectors(byte[] file) {
        List<Integer> sectors = new ArrayList<>();
        int pageSize = options.pageSize();
        add(sectors, 0, FormatBytes.SLOT_1 + SimulatedFile.SECTOR);
        add(sectors, pageSize, 3 * pageSize);
        int ring = ring(file);
        add(sectors, ring, ring + 2 * (int) options.ringBytes()); // one behind the other
        return sectors;
    }

    private int ring(byte[] file) {
        return FormatBytes.page48(file, options.pageSize() + FormatBytes.RING_A) * options.pageSize();
    }

    private static void add(List<Integer> sectors, int from, int to) {
        for (int at = from; at < to; at += SimulatedFile.SECTOR) {
            sectors.add(at);
        }
    }

    private static List<byte[]> damages(int sector) {
        return List.of(new byte[SimulatedFile.SECTOR], Hashes.garbage(sector / SimulatedFile.SECTOR));
    }

    private void check(byte[] file, int at, byte[] damage, Model model, List<Op> ops) {
        byte[] bytes = file.clone();
        System.arraycopy(damage, 0, bytes, at, damage.length);
        if (Arrays.equals(bytes, file)) {
            return;
        }
        tally.checked("one damaged place, with a journal", Hashes.image(bytes, bytes.length));
        image.show(bytes, bytes.length);
        try {
            Oracle.check(image, options, List.of(model), true);
        } catch (LabFailure e) {
            throw new LabFailure("after " + ops + ", the sector at " + at + " is damaged: " + e.getMessage(), e);
        }
    }

    private void requireSaidIfARecordIsMissing(byte[] file, Model model, List<Op> ops) {
        int ring = ring(file);
        int ringBytes = (int) options.ringBytes();
        for (int at = 0; at < ringBytes; at += FormatBytes.RECORD_STEP) {
            byte[] bytes = file.clone();
            bytes[ring + at + 8] ^= 1;
            bytes[ring + ringBytes + at + 8] ^= 1;
            tally.checked("one record damaged in both rings", Hashes.image(bytes, bytes.length));
            image.show(bytes, bytes.length);
            Pager pager;
            try {
                pager = options.open(image);
            } catch (MappedPageException e) {
                throw new LabFailure("after " + ops + ", without the record at " + at + ": " + e, e);
            }
            boolean isSaid =
                    pager.recovery().filter(report -> report.loss() == RecoveryReport.Loss.POSSIBLE).isPresent();
            String difference = difference(pager, model);
            if (difference != null && !isSaid && !isLast(file, ring + at)) {
                throw new LabFailure("after " + ops + ", the record at " + at + " is missing in both rings, and nothing"
                        + " is said of it: " + difference);
            }
        }
    }

    private static @Nullable String difference(Pager pager, Model model) {
        try {
            return model.difference(pager, Integer.MAX_VALUE);
        } catch (MappedPageException e) {
            return e.toString(); // the contents of an earlier record were written over by a later one
        }
    }

    /** Of the last record alone nobody can know whether it was there. */
    private boolean isLast(byte[] file, int record) {
        int ring = ring(file);
        long newest = 0;
        for (int at = ring; at < ring + options.ringBytes(); at += FormatBytes.RECORD_STEP) {
            if (isOfSameSalt(file, record, at)) {
                newest = Math.max(newest, FormatBytes.int64(file, at + 8));
            }
        }
        return FormatBytes.int64(file, record + 8) == newest;
    }

    private static boolean isOfSameSalt(byte[] file, int record, int other) {
        return FormatBytes.int64(file, record + 24) == FormatBytes.int64(file, other + 24);
    }
}
