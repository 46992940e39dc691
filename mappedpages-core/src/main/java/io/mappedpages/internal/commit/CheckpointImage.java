package io.mappedpages.internal.commit;

import java.io.IOException;

import io.mappedpages.internal.format.FormatException;
import io.mappedpages.internal.format.JournalPosition;
import io.mappedpages.internal.format.JournalRings;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.SuperblockSlot;
import io.mappedpages.internal.tree.FileImage;
import io.mappedpages.internal.tree.FileState;
import io.mappedpages.internal.tree.NodeSink;

/**
 * All that a checkpoint says, as it was at one moment under the engine lock. The bytes are made without it, for checksums
 * of many nodes take their time.
 *
 * @param state    of trees and counts
 * @param rings    where the journal is
 * @param position where it went on at that moment
 * @param before   the slot of the checkpoint before
 * @param sparse   whether the file says that not all of its blocks are reserved
 */
record CheckpointImage(FileImage state, JournalRings rings, JournalPosition position, SuperblockSlot before,
        boolean sparse) {

    /**
     * Shows nodes, children before their parents, and last the metadata page. {@return the slot that leads there}
     *
     * @throws IllegalStateException instead of showing metadata that nobody could open the file with: what is in the file
     *                               already is better
     */
    SuperblockSlot write(long generation, NodeSink sink) throws IOException {
        MetadataPage page = state.encode(generation, sink);
        page.journal(rings, position);
        SuperblockSlot next = before.flippedTo(generation, page.seal(generation)).withJournal(rings.exist());
        requireSound(page);
        sink.node(next.metadataPage(), page.bytes());
        return sparse ? next.markedSparse() : next;
    }

    private static void requireSound(MetadataPage page) {
        try {
            page.requireSound();
        } catch (FormatException e) {
            throw new IllegalStateException(
                    "this commit would leave a file that cannot be opened, and is not made; that is a fault of mappedpages itself, please report it with this trace",
                    e);
        }
    }

    /** It is durable. Under the engine lock. */
    void publish(FileState of) {
        of.publishCheckpoint(state);
    }
}
