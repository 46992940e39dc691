package io.mappedpages.internal.commit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.CorruptNodeException;
import io.mappedpages.internal.fault.UnreadableException;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.JournalRecord;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.format.TreeNode;
import io.mappedpages.internal.pageio.PageContents;
import io.mappedpages.internal.recovery.Adopted;
import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.storage.PageStorage;
import io.mappedpages.internal.table.NumberRanges;
import io.mappedpages.internal.tree.FileState;

/**
 * Makes the contents durable that the last replayed record names.
 *
 * <p>Nobody knows whether they are. If the sync of that commit failed, the operating system may show them and take them for
 * written, and neither another sync nor anything else makes it write them, but writing them. In their own place that could
 * tear them, while the copy before is needed, should they turn out to be unfinished: so they go to pages that are free, and
 * the pair of checkpoints that comes next leads there. The copy before becomes free; theirs, which somebody may be reading,
 * is the one that is written next.
 *
 * <p>A record behind it may have been rolled back, for not all of its contents were there. It stays in the rings until the
 * pair of checkpoints is durable. So nothing goes where its contents would be: a write there that is cut off could leave
 * just what it lacks, zeros for instance, and complete it.
 *
 * <p>If there is no free page, they stay as they are, unless the commit is known to have failed: then it does not matter if
 * it is undone, and they are written in place.
 */
final class LastContents {

    private final PageStorage storage;
    private final Geometry geometry;
    private final FileState state;
    private final PageContents contents;
    private final JournalRecord record;
    private final @Nullable JournalRecord rolledBack;
    private final long mark;
    /** No page from here on was ever written if the record is undone: what it says to be there can only be zeros. */
    private final long untouchedFrom;
    private final List<Entry> entries = new ArrayList<>();
    /** Pages that the record changed: if it is undone, these are what they were before; and where contents of one behind it were. */
    private final NumberRanges kept = new NumberRanges();
    private long next;

    private record Entry(long id, CopyPair pair) {
    }

    LastContents(PageStorage storage, Geometry geometry, FileState state, PageContents contents, Adopted adopted) {
        this.storage = storage;
        this.geometry = geometry;
        this.state = state;
        this.contents = contents;
        this.record = adopted.records().getLast();
        this.rolledBack = adopted.rolledBack();
        this.mark = adopted.metadata().highWater();
        int before = adopted.records().size() - 2;
        this.untouchedFrom = before < 0 ? mark : adopted.records().get(before).counts().highWater();
        this.next = state.map().lowestFree();
    }

    /** Writes the contents, as part of {@code batch}, which is a checkpoint. */
    void save(Batch batch, long failedAfter) throws IOException {
        record.forEach(new Named());
        if (rolledBack != null) {
            rolledBack.forEach(new RolledBack(rolledBack.generation()));
        }
        for (Entry entry : entries) {
            try {
                long place = freePage();
                if (place >= 0) {
                    move(entry, place, batch);
                } else if (record.generation() > failedAfter && entry.pair.activePage() < untouchedFrom) {
                    contents.writeAgain(storage, entry.pair.activePage());
                    batch.cover(new ByteRange(geometry.offsetOf(entry.pair.activePage()), geometry.pageSize()));
                }
            } catch (UnreadableException e) {
                // What cannot be read is not in the cache either: there is nothing that only seems to be written.
            } catch (CorruptNodeException e) {
                // It stays where it is: what cannot be noted cannot be moved.
            }
        }
    }

    private void move(Entry entry, long place, Batch batch) throws IOException {
        CopyPair pair = entry.pair;
        boolean isNoted = state.map().hasLeaf(pair.inactivePage()) && state.directory().entry(entry.id).equals(pair);
        if (!isNoted) { // a damaged node shows here, too, before anything is changed
            return;
        }
        batch.copy(pair.activePage(), place);
        state.map().state(place, PageState.COPY);
        state.map().state(pair.inactivePage(), PageState.FREE);
        state.directory().entry(entry.id, pair.withInactive(place).flippedTo(batch.generation(), pair.sums()));
        next = place + 1;
    }

    private long freePage() throws IOException {
        long at = state.map().nextFree(next, mark);
        while (at >= 0) {
            long outside = state.map().hasLeaf(at) ? kept.nextOutside(at) : state.map().endOfLeaf(at);
            if (outside == at) {
                return at;
            }
            at = state.map().nextFree(outside, mark);
        }
        return -1;
    }

    private final class Named implements JournalRecord.Visitor {

        @Override
        public void states(long first, int count, int pageState) {
            kept.add(first, first + count);
        }

        @Override
        public void node(TreeNode.Kind tree, int level, long index, long pageA, long pageB) {
            // written by the checkpoint
        }

        @Override
        public void entry(long id, CopyPair pair) {
            if (pair.inUse() && pair.generation() == record.generation()) {
                entries.add(new Entry(id, pair));
                keep(pair.inactivePage()); // what is fallen back to must not be where another one is moved to
            }
        }
    }

    private final class RolledBack implements JournalRecord.Visitor {

        private final long generation;

        RolledBack(long generation) {
            this.generation = generation;
        }

        @Override
        public void states(long first, int count, int pageState) {
            // not looked at when it is asked whether the record is finished
        }

        @Override
        public void node(TreeNode.Kind tree, int level, long index, long pageA, long pageB) {
            // nor this
        }

        @Override
        public void entry(long id, CopyPair pair) {
            if (pair.inUse() && pair.generation() == generation) {
                keep(pair.activePage());
            }
        }
    }

    private void keep(long page) {
        kept.add(page, page + 1);
    }
}
