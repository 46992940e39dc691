package io.mappedpages.crashlab;

import java.util.List;

import io.mappedpages.MappedPageException;

/** Cuts the power, kills the process or lets a call fail while a file is created: it is absent afterwards, or good. */
final class Creation {

    private static final int CAPACITY = 1 << 17;
    private static final String CREATED = "created";

    private Creation() {
    }

    /** Cuts the power at every event. */
    static void cutPower(Tally tally, Options options, CrashImages.Limits limits) {
        SimulatedDisk disk = new SimulatedDisk(CAPACITY);
        Session session = Session.create(disk, options);
        disk.mark(CREATED);
        Oracle.check(session.pager(), List.of(session.model()));
        Medium medium = new Medium(CAPACITY);
        boolean created = false;
        Image image = new Image();
        LongSet seen = new LongSet();
        for (DiskEvent event : disk.log()) {
            medium.apply(event);
            created |= event instanceof DiskEvent.Mark;
            for (Medium.FileOnMedium target : medium.possibleTargets()) {
                if (target == null) {
                    if (created) {
                        throw new LabFailure("a file that was created is gone after a power cut");
                    }
                    continue;
                }
                CrashImages.list(target, limits, 1, (bytes, length, hash) -> {
                    if (seen.add(hash)) {
                        tally.checked("create", hash);
                        image.show(bytes, length);
                        try {
                            Oracle.check(image, options, List.of(new Model()), true);
                        } catch (LabFailure e) {
                            throw new LabFailure("create, power cut after " + event + ": " + e.getMessage(), e);
                        }
                    }
                });
            }
        }
    }

    /** Lets every call fail in every way, and be the last of its process. */
    static void failEveryCall(Tally tally, Options options) {
        SimulatedDisk undisturbed = new SimulatedDisk(CAPACITY);
        Session.create(undisturbed, options);
        List<DiskCall> calls = undisturbed.calls();
        for (int call = 0; call < calls.size(); call++) {
            for (DiskFault fault : DiskFault.values()) {
                if (fault.strikes(calls.get(call))) {
                    try {
                        fail(tally, options, call, fault);
                    } catch (LabFailure | RuntimeException e) {
                        throw new LabFailure("create, call " + call + " (" + calls.get(call) + ") " + fault + ": "
                                + e.getMessage(), e);
                    }
                }
            }
        }
    }

    private static void fail(Tally tally, Options options, int call, DiskFault fault) {
        SimulatedDisk disk = new SimulatedDisk(CAPACITY);
        disk.arm(call, fault);
        try {
            Session.create(disk, options);
            return;
        } catch (MappedPageException | ProcessDeath e) {
            if (disk.isDead()) {
                disk.restart();
            }
        }
        if (disk.exists(SimulatedDisk.FILE)) {
            // published, and then its opening failed, or nobody lived to hear of it
            Oracle.check(disk, options, List.of(new Model()), true);
            disk.restart();
        } else {
            Session.create(disk, options);
            disk.restart();
        }
        Session next = new Session(disk, options, new Model(), 1).open();
        next.run(Op.ALLOC_PROTECTED);
        next.run(Op.PROTECTED_COMMIT);
        Oracle.check(next.pager(), List.of(next.model()));
        SimulatedFile file = disk.file();
        if (file != null) {
            tally.checked("create", Hashes.image(file.bytes, file.length));
        }
    }
}
