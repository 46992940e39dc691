package io.mappedpages.crashlab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A file and how it came about: what it held after each operation, and all its bytes then.
 *
 * @param models    what it held, oldest first; the last is what it holds
 * @param snapshots its bytes at these times; the last is the file itself
 */
record History(Base base, List<Model> models, List<byte[]> snapshots) {

    private static final List<Op> PAST = List.of(Op.ALLOC_PROTECTED, Op.PROTECTED_COMMIT, Op.FREE, Op.ALLOC,
            Op.REGULAR_COMMIT, Op.PROTECTED_COMMIT, Op.FREE_PROTECTED, Op.ALLOC_PROTECTED, Op.PROTECTED_COMMIT,
            Op.PROTECTED_COMMIT);

    /** A small file in which every kind of page occurs, both copies of everything written. */
    static History small(Options options) {
        return of(Base.used(options), PAST);
    }

    /** What becomes of a file by some operations. */
    static History of(Base start, List<Op> ops) {
        SimulatedDisk disk = start.disk();
        Session session = new Session(disk, start.options(), start.model(), start.nextStamp()).open();
        List<Model> models = new ArrayList<>(List.of(start.model()));
        List<byte[]> snapshots = new ArrayList<>(List.of(start.content()));
        for (Op op : ops) {
            session.run(op);
            models.add(session.model());
            snapshots.add(bytesOf(disk));
        }
        session.pager().close();
        byte[] last = bytesOf(disk);
        snapshots.set(snapshots.size() - 1, last);
        Base now = start.with("small with a past", start.options(), last, last.length, session.model(),
                session.lastStamp());
        return new History(now, models, snapshots);
    }

    /** {@return where the pages begin that were never used} */
    int unused() {
        byte[] bytes = base.content();
        int end = bytes.length;
        while (bytes[end - 1] == 0) {
            end--;
        }
        return Math.ceilDiv(end, base.options().pageSize()) * base.options().pageSize();
    }

    private static byte[] bytesOf(SimulatedDisk disk) {
        SimulatedFile file = disk.file();
        if (file == null) {
            throw new LabFailure("there is no file");
        }
        return Arrays.copyOf(file.bytes, file.length);
    }
}
