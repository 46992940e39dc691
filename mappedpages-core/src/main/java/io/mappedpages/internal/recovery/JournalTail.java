package io.mappedpages.internal.recovery;

import java.io.IOException;
import java.util.List;

import io.mappedpages.internal.format.JournalPosition;
import io.mappedpages.internal.format.JournalRecord;
import io.mappedpages.internal.storage.PageSource;

/**
 * What somebody else has committed behind a state that was read before.
 *
 * @param records  in their order; none if there is no journal
 * @param position where the next one will be
 */
public record JournalTail(List<JournalRecord> records, JournalPosition position) {

    /**
     * {@return the records behind {@code from}} They hold if the superblock says afterwards what it said when {@code adopted} was
     * read: no record is written over before a checkpoint has made it unnecessary.
     *
     * @throws io.mappedpages.internal.fault.UnreadableException if neither copy of the journal can be read there
     */
    public static JournalTail behind(JournalPosition from, Adopted adopted, PageSource source) throws IOException {
        if (!adopted.metadata().rings().exist()) {
            return new JournalTail(List.of(), from);
        }
        Chain chain = JournalReader.readOn(source, adopted.geometry(), adopted.metadata(), from, adopted.rolledBack());
        return new JournalTail(chain.records(), chain.position());
    }
}
