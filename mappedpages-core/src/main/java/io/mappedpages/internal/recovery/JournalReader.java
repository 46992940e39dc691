package io.mappedpages.internal.recovery;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.UnreadableException;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.JournalPosition;
import io.mappedpages.internal.format.JournalRecord;
import io.mappedpages.internal.format.JournalRings;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.RecordLink;
import io.mappedpages.internal.format.TreeNode;
import io.mappedpages.internal.pageio.PageContents;
import io.mappedpages.internal.storage.PageStorage;

/**
 * Finds the records that follow a checkpoint. A record counts if either ring has it whole and it names the one before it.
 *
 * <p>The last one may be unfinished: its contents are compared with what it says of them. Those of earlier ones are not, for
 * they may have been written over since. A record of the same salt behind the last one means that one in between is
 * missing, for none is written before the one before it is durable.
 */
final class JournalReader {

    private final PageStorage storage;
    private final Geometry geometry;
    private final JournalRings rings;
    private final JournalPosition begin;
    private final List<Ring> both;
    private final boolean acceptUnreadable;
    private boolean endsUnreadable;

    private JournalReader(PageStorage storage, Geometry geometry, MetadataPage checkpoint, boolean acceptUnreadable) {
        this.acceptUnreadable = acceptUnreadable;
        this.storage = storage;
        this.geometry = geometry;
        this.rings = checkpoint.rings();
        this.begin = checkpoint.journalPosition();
        this.both = List.of(new Ring(storage, geometry, rings.ringA(), rings),
                new Ring(storage, geometry, rings.ringB(), rings));
    }

    /**
     * {@return what follows {@code checkpoint}, which has rings}
     *
     * @param acceptUnreadable whether to end there if neither ring can be read where the next record would be
     * @throws UnreadableException if that is so, and is not accepted
     */
    static Chain read(PageStorage storage, Geometry geometry, MetadataPage checkpoint, boolean acceptUnreadable)
            throws IOException {
        JournalReader reader = new JournalReader(storage, geometry, checkpoint, acceptUnreadable);
        return reader.begin.mayBeFollowed() ? reader.follow()
                : new Chain(List.of(), reader.begin, Chain.End.WHOLE, null, 0);
    }

    private Chain follow() throws IOException {
        List<JournalRecord> records = new ArrayList<>();
        int place = Math.toIntExact(begin.offset());
        RecordLink last = begin.last();
        int before = place;
        RecordLink beforeLast = last;
        while (true) {
            Found found = next(place, last);
            if (found == null) {
                break;
            }
            before = place;
            beforeLast = last;
            records.add(found.record);
            last = found.record.link();
            place = found.at + JournalRecord.padded(found.record.length());
        }
        long highest = highest(last.generation());
        Chain.End end = highest > last.generation() ? Chain.End.RECORD_MISSING
                : endsUnreadable ? Chain.End.UNREADABLE : Chain.End.WHOLE;
        JournalRecord rolledBack = null;
        if (end == Chain.End.WHOLE && !records.isEmpty()) {
            end = endOf(records.getLast());
            if (end != Chain.End.WHOLE) {
                rolledBack = records.removeLast();
                place = before;
                last = beforeLast;
            }
        }
        return new Chain(List.copyOf(records), new JournalPosition(place, begin.salt(), last), end, rolledBack,
                highest);
    }

    private record Found(JournalRecord record, int at) {
    }

    private @Nullable Found next(int place, RecordLink last) throws IOException {
        for (int at : place == 0 ? new int[] {0} : new int[] {place, 0}) {
            for (Ring ring : both) {
                JournalRecord record = ring.record(at);
                if (record != null && record.salt() == begin.salt() && record.before().equals(last)
                        && isNewer(record, last)) {
                    return new Found(record, at);
                }
            }
        }
        UnreadableException failure = failure();
        if (failure != null && mayBeHidden(place, last)) {
            if (!acceptUnreadable) {
                throw failure;
            }
            endsUnreadable = true;
        }
        return null;
    }

    private static boolean isNewer(JournalRecord record, RecordLink last) {
        return record.generation() > last.generation();
    }

    private @Nullable UnreadableException failure() {
        return both.stream().map(Ring::failure).filter(Objects::nonNull).findFirst().orElse(null);
    }

    /**
     * Whether what cannot be read may hide a record that follows. It would be at {@code place}; or at offset 0, but only if
     * it may have been too long for what is left of the rings, and does not go over the records since the checkpoint.
     */
    private boolean mayBeHidden(int place, RecordLink last) throws IOException {
        int length = rings.bytes(geometry);
        boolean hasGoneRound = place < begin.offset();
        boolean mayGoRound = !hasGoneRound && begin.offset() > 0 && place + rings.longestRecord(geometry) > length;
        return (place < length && isHiddenAt(place, last)) || (mayGoRound && isHiddenAt(0, last));
    }

    /** A record is whole in both rings when its commit returns: one ring that shows that there is none is enough. */
    private boolean isHiddenAt(int at, RecordLink last) throws IOException {
        for (Ring ring : both) {
            if (!ring.mayHide(at, begin.salt(), last)) {
                return false;
            }
        }
        return true;
    }

    /** {@return the highest generation of a record with this salt, or {@code least} if none has a higher one} */
    private long highest(long least) throws IOException {
        long highest = least;
        for (Ring ring : both) {
            highest = ring.highest(begin.salt(), highest);
        }
        return highest;
    }

    /** Whether all that the last record names is there. */
    private Chain.End endOf(JournalRecord record) throws IOException {
        Contents check = new Contents(record.generation());
        record.forEach(check);
        return check.end;
    }

    private final class Contents implements JournalRecord.Visitor {
        private final long generation;
        private final PageContents contents = new PageContents(geometry);
        private Chain.End end = Chain.End.WHOLE;

        Contents(long generation) {
            this.generation = generation;
        }

        @Override
        public void states(long first, int count, int state) {
            // no bytes of users
        }

        @Override
        public void node(TreeNode.Kind tree, int level, long index, long pageA, long pageB) {
            // written by a checkpoint only
        }

        @Override
        public void entry(long id, CopyPair pair) throws IOException {
            if (!pair.inUse() || pair.generation() != generation || end != Chain.End.WHOLE) {
                return;
            }
            try {
                end = contents.sumsOf(storage, pair.activePage()).equals(pair.sums()) ? end : Chain.End.UNFINISHED;
            } catch (UnreadableException e) {
                end = Chain.End.CONTENTS_UNREADABLE;
            } catch (EOFException e) {
                end = Chain.End.UNFINISHED;
            }
        }
    }
}
