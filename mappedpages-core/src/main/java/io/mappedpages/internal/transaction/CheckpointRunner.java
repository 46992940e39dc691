package io.mappedpages.internal.transaction;

/** Where checkpoints run that go on beside commits. Any thread may call. */
public interface CheckpointRunner {

    /** Looks what there is to do when nobody has asked for anything for a while. */
    interface IdleLook {
        /** {@return whether to look again after a while} */
        boolean look();
    }

    /**
     * Runs one checkpoint, on a thread that holds nobody up. There is one at a time.
     *
     * @return false if there is no thread to be had; then it does not run
     */
    boolean run(Runnable checkpoint);

    /** A commit is in the journal alone: from now on {@code look} is worth taking, until it says that it is not. */
    void noteRecord(IdleLook look);

    /** Somebody waits for the checkpoint that runs. */
    void hurry();

    /** Runs nothing any more, but to its end what runs; does not wait for that. */
    void stop();
}
