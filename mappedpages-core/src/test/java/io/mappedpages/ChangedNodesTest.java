package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.testing.NoCheckpointThread;
import io.mappedpages.testing.PageFiles;

/**
 * With a journal, tree nodes that changed stay in memory until a checkpoint has written them. However long the journal is,
 * there must not be more of them than memory is meant for: with {@code -Xmx64m} a file could not be filled any more.
 */
class ChangedNodesTest {

    /** Entries of a node, with pages of 1 KiB. */
    private static final int FANOUT = 30;
    private static final int LEAVES = 400;
    /** Of which there may be as many above the leaves. */
    private static final int MOST_NODES = 64;

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    @Test
    void aCheckpointIsMadeBeforeTooManyNodesWaitToBeWritten() {
        Pager pager = files.add(PagerOnStorage.paced(new NoCheckpointThread(), files.builder(10).reserve(false)
                .commitMode(CommitMode.JOURNAL).journalSize(16 << 20).cacheBytes(1)).create());
        List<ProtectedPageId> ids = pager.allocProtectedBulk(FANOUT * LEAVES);
        long most = 0;
        for (int leaf = 0; leaf < LEAVES; leaf++) {
            Pages.fill(pager, ids.get(leaf * FANOUT), 7);
            most = Math.max(most, pager.stats().recordsSinceCheckpoint());
        }
        assertThat(most).isBetween(MOST_NODES / 3L, (long) MOST_NODES);
        for (int leaf = 0; leaf < LEAVES; leaf++) {
            Pages.assertFilled(pager, ids.get(leaf * FANOUT), 7);
        }
    }
}
