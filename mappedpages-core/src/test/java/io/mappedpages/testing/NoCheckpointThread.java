package io.mappedpages.testing;

import io.mappedpages.internal.transaction.CheckpointRunner;

/** There is no thread for checkpoints to be had: who leads makes them, one step after the other, and none when idle. */
public final class NoCheckpointThread implements CheckpointRunner {

    @Override
    public boolean run(Runnable checkpoint) {
        return false;
    }

    @Override
    public void noteRecord(IdleLook look) {
        // Nobody looks.
    }

    @Override
    public void hurry() {
        // Nothing runs.
    }

    @Override
    public void stop() {
        // Nothing runs.
    }
}
