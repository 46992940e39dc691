package io.mappedpages.internal.recovery;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.JournalPosition;
import io.mappedpages.internal.format.JournalRecord;

/**
 * The records that follow a checkpoint.
 *
 * @param records  in their order
 * @param position where the next one would go
 * @param end      how the row ends
 * @param rolledBack the record behind them that does not count, for not all that it names is there; or null
 * @param highest  the newest generation of any record with their salt, or of the last one that is in the checkpoint
 */
record Chain(List<JournalRecord> records, JournalPosition position, End end, @Nullable JournalRecord rolledBack,
        long highest) {

    /** What comes behind the last record. */
    enum End {
        /** Nothing. */
        WHOLE,
        /** A record whose contents did not get to the disk: its commit had not returned. */
        UNFINISHED,
        /** A record whose contents cannot be read. It may have been finished. */
        CONTENTS_UNREADABLE,
        /** Neither ring can be read there, and the user goes on all the same. */
        UNREADABLE,
        /** A record that does not follow: there was one in between. */
        RECORD_MISSING
    }
}
