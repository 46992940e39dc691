package io.mappedpages.internal.format;

/**
 * Where the journal goes on after a checkpoint.
 *
 * @param offset byte in the rings where the next record goes, if it fits before their end
 * @param salt   of the records; those with another one are of an earlier life. 0 if there are none, and will be none before
 *               another checkpoint: the file was closed in order
 * @param last   the last record that is in the checkpoint
 */
public record JournalPosition(long offset, long salt, RecordLink last) {

    /** Of a file without a journal. */
    public static final JournalPosition NONE = new JournalPosition(0, 0, RecordLink.NONE);

    /** {@return the first record's place, with a new salt} */
    public static JournalPosition beginning(long salt) {
        return new JournalPosition(0, salt, RecordLink.NONE);
    }

    /** {@return the same place, of a file that was closed in order} */
    public JournalPosition closed() {
        return new JournalPosition(offset, 0, last);
    }

    /** {@return whether records may follow} */
    public boolean mayBeFollowed() {
        return salt != 0;
    }
}
