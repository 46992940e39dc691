package io.mappedpages.crashlab;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import io.mappedpages.MappedPageException;
import io.mappedpages.Pager;
import io.mappedpages.testing.RustCrateFile;

/**
 * Cuts the power, kills the process or lets a call fail while a file of the Rust crate is imported: the new file is absent afterwards,
 * or has all of it.
 */
final class Importing {

    private static final Path SOURCE = Path.of("/lab/data.bin");
    private static final int CAPACITY = 1 << 18;
    private static final String IMPORTED = "imported";

    private final Tally tally;
    private final Options options;
    private final byte[] source;
    private final Model model = new Model();

    Importing(Tally tally, Options options) {
        this.tally = tally;
        this.options = options;
        RustCrateFile file = new RustCrateFile(options.pageSize());
        int stamp = 1;
        for (int i = 0; i < 4; i++) {
            long page = file.alloc();
            file.write(page, Stamps.bytes(stamp, options.pageSize()));
            model.allocated(page);
            model.stamped(page, stamp++);
            long id = file.allocProtected();
            file.writeProtected(id, Stamps.bytes(stamp, options.pageSize()));
            model.guardedAllocated(id);
            model.guarded().put(id, stamp++);
        }
        file.free(file.alloc());
        this.source = file.bytes();
    }

    private SimulatedDisk disk() {
        SimulatedDisk disk = new SimulatedDisk(CAPACITY);
        disk.add(SOURCE, source.clone());
        return disk;
    }

    /** Cuts the power at every event. */
    void cutPower(CrashImages.Limits limits) {
        SimulatedDisk disk = disk();
        options.importRust(disk, SOURCE);
        disk.mark(IMPORTED);
        requireWhole(disk);
        Medium medium = new Medium(CAPACITY);
        boolean imported = false;
        Image image = new Image();
        LongSet seen = new LongSet();
        for (DiskEvent event : disk.log()) {
            medium.apply(event);
            if (event instanceof DiskEvent.Mark) {
                imported = true;
            }
            for (Medium.FileOnMedium target : medium.possibleTargets()) {
                if (target == null) {
                    if (imported) {
                        throw new LabFailure("a file that was imported is gone after a power cut");
                    }
                    continue;
                }
                CrashImages.list(target, limits, 1, (bytes, length, hash) -> {
                    if (seen.add(hash)) {
                        tally.checked("import", hash);
                        image.show(bytes, length);
                        Oracle.check(image, options, List.of(model), true);
                    }
                });
            }
            if (imported) {
                return; // what follows is the work of who has looked
            }
        }
    }

    private void requireWhole(SimulatedDisk disk) {
        SimulatedFile file = disk.file();
        if (file == null) {
            throw new LabFailure("nothing was imported");
        }
        FormatAudit.check(file.bytes, file.length, List.of(model));
        try (Pager pager = options.open(disk)) {
            Oracle.check(pager, List.of(model));
            Oracle.requireNoLoss(pager);
        }
    }

    /** Lets every call fail in every way, and be the last of its process. */
    void failEveryCall() {
        SimulatedDisk undisturbed = disk();
        options.importRust(undisturbed, SOURCE);
        List<DiskCall> calls = undisturbed.calls();
        for (int call = 0; call < calls.size(); call++) {
            for (DiskFault fault : DiskFault.values()) {
                if (fault.strikes(calls.get(call))) {
                    try {
                        fail(call, fault);
                    } catch (LabFailure | RuntimeException e) {
                        throw new LabFailure("import, call " + call + " (" + calls.get(call) + ") " + fault + ": "
                                + e.getMessage(), e);
                    }
                }
            }
        }
    }

    private void fail(int call, DiskFault fault) {
        SimulatedDisk disk = disk();
        disk.arm(call, fault);
        boolean refused = false;
        try {
            options.importRust(disk, SOURCE);
        } catch (MappedPageException e) {
            refused = true;
        } catch (ProcessDeath e) {
            disk.restart();
        }
        if (refused && disk.exists(SimulatedDisk.FILE)) {
            throw new LabFailure("it was refused, and there is a file");
        }
        if (!disk.exists(SimulatedDisk.FILE)) {
            options.importRust(disk, SOURCE);
        }
        requireWhole(disk);
        if (!Arrays.equals(disk.content(SOURCE), source)) {
            throw new LabFailure("the source was changed");
        }
        SimulatedFile file = disk.file();
        if (file != null) {
            tally.checked("import", Hashes.image(file.bytes, file.length));
        }
    }
}
