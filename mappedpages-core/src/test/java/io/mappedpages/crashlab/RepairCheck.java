package io.mappedpages.crashlab;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.mappedpages.MappedPageException;
import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;
import io.mappedpages.RepairReport;
import io.mappedpages.RepairReport.Row;
import io.mappedpages.crashlab.DamageCheck.Damage;

/**
 * Repairs a damaged file. That must end, in a documented exception or in a file that is sound; the damaged one stays as it is; and what the report
 * says must be so: whatever is in no list is as some state of the past had it. One instance serves one thread.
 */
final class RepairCheck {

    private static final Path DAMAGED = Path.of("/lab/damaged");

    private final History history;
    private final long firstGeneration;

    RepairCheck(History history) {
        this.history = history;
        byte[] first = history.snapshots().getFirst();
        this.firstGeneration = Math.max(FormatBytes.int64(first, FormatBytes.SLOT_GENERATION),
                FormatBytes.int64(first, FormatBytes.SLOT_1 + FormatBytes.SLOT_GENERATION));
    }

    /** {@return in some words how it ended} */
    String check(byte[] bytes, int length, Damage damage) {
        SimulatedDisk disk = new SimulatedDisk(2 * history.base().capacity());
        disk.stopRecording();
        byte[] damaged = Arrays.copyOf(bytes, length);
        disk.add(DAMAGED, damaged);
        Options options = history.base().options();
        RepairReport report;
        try {
            report = options.repair(disk, DAMAGED);
        } catch (MappedPageException e) {
            if (damage == Damage.CHANGED_ONCE) {
                throw new LabFailure("one changed place, and it cannot be repaired: " + e, e);
            }
            return "repair: " + e.getClass().getSimpleName();
        }
        if (!Arrays.equals(disk.content(DAMAGED), damaged)) {
            throw new LabFailure("repairing has changed the damaged file");
        }
        try (Pager pager = options.open(disk)) {
            Oracle.requireSound(pager);
            if (pager.recovery().isPresent()) {
                throw new LabFailure("what was repaired was not left in order: " + pager.recovery());
            }
            if (damage != Damage.SEALED) {
                return requireTruth(pager, report, damaged, damage);
            }
        }
        return "repair: sound";
    }

    private String requireTruth(Pager pager, RepairReport report, byte[] damaged, Damage damage) {
        requireRegularContents(pager, report, damaged);
        if (report.generation() > 0 && report.generation() < firstGeneration) {
            return "repair: a state before all that is known of";
        }
        StringBuilder differences = new StringBuilder();
        for (Model model : history.models().reversed()) {
            String difference = difference(pager, report, model);
            if (difference == null) {
                boolean isNewest = model.fingerprint() == history.models().getLast().fingerprint();
                if (!isNewest && report.isWhole() && report.findings().isEmpty() && damage != Damage.REPLAYED) {
                    throw new LabFailure("an earlier state, and nothing is said of it");
                }
                return report.isWhole() ? isNewest ? "repair: everything" : "repair: an earlier state"
                        : "repair: a part";
            }
            differences.append("\n  ").append(difference);
        }
        throw new LabFailure("what was repaired never was: " + report + differences);
    }

    private void requireRegularContents(Pager pager, RepairReport report, byte[] damaged) {
        int size = pager.pageSize();
        pager.allocatedPages().forEach(id -> {
            if (!isIn(report.lostRegular(), id.number())) {
                int at = (int) id.number() * size;
                try (var page = pager.read(id)) {
                    if (page.bytes().mismatch(MemorySegment.ofArray(damaged).asSlice(at, size)) >= 0) {
                        throw new LabFailure("page " + id.number() + " has other contents than in the damaged file");
                    }
                }
            }
        });
    }

    private static boolean isIn(List<Row> rows, long number) {
        return rows.stream().anyMatch(row -> row.first() <= number && number < row.end());
    }

    private static @Nullable String difference(Pager pager, RepairReport report, Model model) {
        TreeSet<Long> regular = pager.allocatedPages().map(PageId::number)
                .collect(Collectors.toCollection(TreeSet::new));
        for (long page : model.regular().stream().asLongStream().toArray()) {
            if (!regular.remove(page) && !isIn(report.lostRegular(), page) && !isIn(report.unsureRegular(), page)) {
                return "page " + page + " is missing";
            }
        }
        regular.removeIf(page -> isIn(report.unsureRegular(), page));
        if (!regular.isEmpty()) {
            return "pages too many: " + regular;
        }
        TreeSet<Long> guarded = pager.allocatedProtectedPages().map(ProtectedPageId::number)
                .collect(Collectors.toCollection(TreeSet::new));
        for (Map.Entry<Long, Integer> entry : model.guarded().entrySet()) {
            long id = entry.getKey();
            if (guarded.remove(id)) {
                if (!isIn(report.olderProtected(), id) && !isIn(report.unsureProtected(), id)
                        && !Contents.of(pager).matches(new ProtectedPageId(id), entry.getValue())) {
                    return "protected page " + id + " has other contents";
                }
            } else if (!isIn(report.lostProtected(), id) && !isIn(report.unsureProtected(), id)) {
                return "protected page " + id + " is missing";
            }
        }
        guarded.removeIf(id -> isIn(report.foundProtected(), id));
        return guarded.isEmpty() ? null : "protected pages too many: " + guarded;
    }
}
