package io.mappedpages.crashlab;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.mappedpages.PagerStats;

/**
 * Holds one thread in the first sync that it makes, and hears of all calls that change the disk meanwhile: it counts them,
 * makes one fail, and marks in the disk's record when a commit has become visible.
 */
final class HeldSync {

    private static final Set<DiskCall> CHANGES = EnumSet.of(DiskCall.WRITE, DiskCall.SYNC, DiskCall.SYNC_RANGES,
            DiskCall.EXTEND, DiskCall.TRUNCATE, DiskCall.PUNCH_HOLE);

    private final Session session;
    private final SimulatedDisk disk;
    private final int faultAt;
    private final @Nullable DiskFault fault;
    private final List<DiskCall> calls = new ArrayList<>();
    private final int firstStep;
    private long generation;
    private int commits;
    private int steps = 1;
    private @Nullable Thread thread;
    private boolean held;
    private boolean released;

    /** @param faultAt which of the calls is to fail in this way */
    HeldSync(Session session, int faultAt, @Nullable DiskFault fault) {
        this.session = session;
        this.disk = session.disk;
        this.faultAt = faultAt;
        this.fault = fault;
        this.firstStep = session.done().size();
        this.generation = session.pager().stats().generation();
    }

    /** From now on this thread will be held. */
    void hold(Thread who) {
        synchronized (disk) {
            thread = who;
            disk.mark(new Session.Step(firstStep, false));
            disk.spy(this::hear);
        }
    }

    boolean isHeld() {
        synchronized (disk) {
            return held;
        }
    }

    void release() {
        synchronized (disk) {
            released = true;
            disk.notifyAll();
        }
    }

    /** Nobody is held, and nothing is heard any more. */
    void end() {
        release();
        disk.spy(_ -> {
        });
        synchronized (disk) {
            if (!disk.isDead()) {
                notePublished();
            }
        }
    }

    /** {@return the calls that change the disk, in their order} */
    List<DiskCall> calls() {
        return calls;
    }

    /** {@return commits that carried something} */
    int commits() {
        return commits;
    }

    /** {@return in how many steps, from one commit that carried something to the next, the record is divided} */
    int steps() {
        return steps;
    }

    /** By the thread that calls the disk, which has its monitor. */
    private void hear(DiskCall call) {
        if (!CHANGES.contains(call)) {
            return;
        }
        notePublished();
        if (call == DiskCall.SYNC_RANGES && Thread.currentThread().equals(thread) && !held) {
            held = true;
            awaitRelease();
        }
        if (calls.size() == faultAt && fault != null) {
            disk.arm(disk.callCount(), fault);
        }
        calls.add(call);
    }

    private void awaitRelease() {
        boolean interrupted = false;
        while (!released) {
            try {
                disk.wait(); // others may call the disk meanwhile
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What is visible has to be durable: from here on the disk holds no less. */
    private void notePublished() {
        PagerStats stats = session.pager().stats();
        if (stats.generation() != generation) {
            generation = stats.generation();
            if (session.options.ringBytes() == 0 || stats.recordsSinceCheckpoint() > 0) {
                commits++;
                disk.mark(new Session.Step(firstStep + steps++, false));
            }
        }
    }
}
