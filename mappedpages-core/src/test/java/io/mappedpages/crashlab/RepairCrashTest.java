package io.mappedpages.crashlab;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.mappedpages.MappedPageException;
import io.mappedpages.Pager;
import io.mappedpages.crashlab.DamageCheck.Damage;

/** Repairing files with a journal, and repairing while something fails. */
class RepairCrashTest {

    private static final Path DAMAGED = Path.of("/lab/damaged");
    private static final Tally TALLY = new Tally();
    private static final List<Op> OPS = List.of(Op.ALLOC_PROTECTED, Op.PROTECTED_COMMIT, Op.FREE, Op.ALLOC,
            Op.REGULAR_COMMIT, Op.PROTECTED_COMMIT, Op.FREE_PROTECTED, Op.ALLOC_PROTECTED);
    private static final int SUPERBLOCK = FormatBytes.SLOT_1 + SimulatedFile.SECTOR;

    @Test
    void ofAFileWithAJournalNothingIsLostWhicheverSectorOfItsOwnIsDamaged() {
        Lab lab = new Lab("repairing files with a journal", TALLY::checks);
        for (Options options : List.of(Options.JOURNAL, Options.LONG_JOURNAL, Options.JOURNAL_OF_BLOCKS)) {
            History history = History.of(Base.used(options), OPS);
            for (int time = 1; time < history.models().size(); time++) {
                History until = new History(history.base(), history.models().subList(0, time + 1),
                        history.snapshots().subList(0, time + 1));
                lab.add(() -> damageEachSector(options, until));
            }
        }
        lab.run();
    }

    private static void damageEachSector(Options options, History history) {
        byte[] file = history.snapshots().getLast();
        RepairCheck check = new RepairCheck(history);
        damage(check, file, 0, SUPERBLOCK); // both slots at once: the metadata pages are found without
        for (int at = 0; at < 3 * options.pageSize(); at += SimulatedFile.SECTOR) {
            damage(check, file, at, SimulatedFile.SECTOR);
        }
        int ring = FormatBytes.page48(file, options.pageSize() + FormatBytes.RING_A) * options.pageSize();
        for (int at = ring; at < ring + 2 * options.ringBytes(); at += SimulatedFile.SECTOR) {
            damage(check, file, at, SimulatedFile.SECTOR);
        }
    }

    private static void damage(RepairCheck check, byte[] file, int at, int length) {
        byte[] bytes = file.clone();
        for (int sector = at; sector < at + length; sector += SimulatedFile.SECTOR) {
            System.arraycopy(Hashes.garbage(sector / SimulatedFile.SECTOR), 0, bytes, sector, SimulatedFile.SECTOR);
        }
        TALLY.checked("repair", Hashes.image(bytes, bytes.length));
        String end = check.check(bytes, bytes.length, Damage.CHANGED_ONCE);
        if (!end.equals("repair: everything")) {
            throw new LabFailure(length + " bytes at " + at + " are damaged: " + end);
        }
    }

    @Test
    void aFailureOrADeathWhileAFileIsRepairedLeavesNoneOrTheWholeOne() {
        Lab lab = new Lab("failing repairs", TALLY::checks);
        for (Options options : List.of(Options.SMALL, Options.SPARSE, Options.JOURNAL)) {
            Base base = Base.used(options);
            List<DiskCall> calls = callsOf(base);
            for (int i = 0; i < calls.size(); i++) {
                int call = i;
                for (DiskFault fault : DiskFault.values()) {
                    if (fault.strikes(calls.get(call))) {
                        lab.add(() -> fail(base, call, fault, calls.get(call)));
                    }
                }
            }
        }
        lab.run();
    }

    private static SimulatedDisk disk(Base base) {
        SimulatedDisk disk = new SimulatedDisk(2 * base.capacity());
        disk.add(DAMAGED, Arrays.copyOf(base.content(), base.length()));
        return disk;
    }

    private static List<DiskCall> callsOf(Base base) {
        SimulatedDisk undisturbed = disk(base);
        base.options().repair(undisturbed, DAMAGED);
        return undisturbed.calls();
    }

    private static void fail(Base base, int call, DiskFault fault, DiskCall which) {
        SimulatedDisk disk = disk(base);
        disk.arm(call, fault);
        boolean refused = false;
        try {
            base.options().repair(disk, DAMAGED);
        } catch (MappedPageException e) {
            refused = true;
        } catch (ProcessDeath e) {
            disk.restart();
        }
        try {
            if (refused && disk.exists(SimulatedDisk.FILE)) {
                throw new LabFailure("it was refused, and there is a file");
            }
            if (!disk.exists(SimulatedDisk.FILE)) {
                base.options().repair(disk, DAMAGED);
            }
            try (Pager pager = base.options().open(disk)) {
                Oracle.check(pager, List.of(base.model()));
            }
            if (!Arrays.equals(disk.content(DAMAGED), Arrays.copyOf(base.content(), base.length()))) {
                throw new LabFailure("the damaged file was changed");
            }
        } catch (LabFailure | MappedPageException e) {
            throw new LabFailure("repair, call " + call + " (" + which + ") " + fault + ": " + e.getMessage(), e);
        }
        TALLY.checked("repair", Hashes.mix(31L * call + fault.ordinal()));
    }
}
