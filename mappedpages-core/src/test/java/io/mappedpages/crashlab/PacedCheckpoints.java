package io.mappedpages.crashlab;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.transaction.CheckpointRunner;

/**
 * Checkpoints that are written beside commits, in steps that are the same each time: whenever the pager has written or synced
 * something else a few times, the checkpoint may go on to its next write or sync; meanwhile the other thread waits. Everything
 * here is guarded by the disk's monitor.
 */
final class PacedCheckpoints implements CheckpointRunner {

    private final SimulatedDisk disk;
    /** One call of the checkpoint for so many others. */
    private final int every;
    private @Nullable Thread thread;
    private int permits;
    private boolean atRest;
    private boolean hurried;
    private int others;

    PacedCheckpoints(SimulatedDisk disk, int every) {
        this.disk = disk;
        this.every = every;
    }

    @Override
    public boolean run(Runnable checkpoint) {
        finish(); // the one before may still be on its way out
        synchronized (disk) {
            permits = 0;
            atRest = false;
            hurried = false;
            thread = Thread.ofPlatform().daemon().name("checkpoint").start(() -> {
                try {
                    checkpoint.run();
                } finally {
                    end();
                }
            });
            awaitRest();
        }
        return true;
    }

    private void end() {
        synchronized (disk) {
            thread = null;
            disk.notifyAll();
        }
    }

    /** Somebody is about to write or to sync. */
    void pass() {
        if (Thread.currentThread().equals(thread)) {
            atRest = true;
            disk.notifyAll();
            await(() -> permits == 0 && !hurried);
            atRest = false;
            permits = 0;
        } else if (thread != null && !hurried && ++others % every == 0) {
            permits = 1;
            disk.notifyAll();
            awaitRest();
        }
    }

    private void awaitRest() {
        await(() -> thread != null && (permits > 0 || !atRest));
    }

    private interface Condition {
        boolean holds();
    }

    private void await(Condition condition) {
        while (condition.holds()) {
            try {
                disk.wait();
            } catch (InterruptedException e) {
                throw new LabFailure("interrupted", e);
            }
        }
    }

    @Override
    public void noteRecord(IdleLook look) {
        // Never idle.
    }

    @Override
    public void hurry() {
        synchronized (disk) {
            hurried = true;
            disk.notifyAll();
        }
    }

    /** Lets the checkpoint come to its end, and waits for that. */
    void finish() {
        synchronized (disk) {
            hurried = true;
            disk.notifyAll();
            await(() -> thread != null);
        }
    }

    @Override
    public void stop() {
        // It is at its end by then.
    }
}
