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
import io.mappedpages.internal.storage.PageSource;

/**
 * Finds the records that follow a checkpoint. A record counts if either ring has it whole and it names the one before it.
 *
 * <p>The last one may be unfinished: its contents are compared with what it says of them. Those of earlier ones are not, for
 * they may have been written over since. A record of the same salt behind the last one means that one in between is
 * missing, for none is written before the one before it is durable.
 *
 * <p>Somebody may be writing meanwhile, if the file is only read: so what seems to be missing is looked for once more at the end.
 */
final class JournalReader {

    private final PageSource storage;
    private final Geometry geometry;
    private final MetadataPage checkpoint;
    private final JournalRings rings;
    private final JournalPosition begin;
    private final List<Ring> both;
    private final boolean acceptUnreadable;
    private boolean endsUnreadable;

    private JournalReader(PageSource storage, Geometry geometry, MetadataPage checkpoint, boolean acceptUnreadable) {
        this.acceptUnreadable = acceptUnreadable;
        this.storage = storage;
        this.geometry = geometry;
        this.checkpoint = checkpoint;
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
    static Chain read(PageSource storage, Geometry geometry, MetadataPage checkpoint, boolean acceptUnreadable)
            throws IOException {
        JournalReader reader = new JournalReader(storage, geometry, checkpoint, acceptUnreadable);
        return reader.begin.mayBeFollowed() ? reader.follow()
                : new Chain(List.of(), reader.begin, Chain.End.WHOLE, null, 0);
    }

    /**
     * {@return the records behind {@code from}, which follow {@code checkpoint} as well} For who reads a file that is written to:
     * holds if {@code checkpoint} still is the newest one afterwards. Only the contents of {@code rolledBack} are known not to
     * be there; one that another record follows was finished.
     */
    static Chain readOn(PageSource storage, Geometry geometry, MetadataPage checkpoint, JournalPosition from,
            @Nullable JournalRecord rolledBack) throws IOException {
        JournalReader reader = new JournalReader(storage, geometry, checkpoint, false);
        if (!reader.begin.mayBeFollowed()) {
            return new Chain(List.of(), from, Chain.End.WHOLE, null, from.last().generation());
        }
        Row row = reader.rowFrom(Math.toIntExact(from.offset()), from.last());
        boolean unfinished = rolledBack != null && row.last.equals(rolledBack.link());
        return reader.chain(unfinished ? row.withoutLast() : row, Chain.End.WHOLE, unfinished ? rolledBack : null,
                row.last.generation());
    }

    private Chain follow() throws IOException {
        Row row = rowFrom(Math.toIntExact(begin.offset()), begin.last());
        long highest = highest(row.last.generation());
        while (true) {
            Chain.End end = highest > row.last.generation() ? Chain.End.RECORD_MISSING
                    : endsUnreadable ? Chain.End.UNREADABLE : Chain.End.WHOLE;
            JournalRecord newest = row.records.isEmpty() ? null : row.records.getLast();
            if (end == Chain.End.WHOLE && newest != null) {
                end = endOf(newest);
            }
            Row more = end == Chain.End.WHOLE ? Row.nothing(row) : again().rowFrom(row.place, row.last);
            if (more.records.isEmpty()) {
                boolean rolledBack = end == Chain.End.UNFINISHED || end == Chain.End.CONTENTS_UNREADABLE;
                return chain(rolledBack ? row.withoutLast() : row, end, rolledBack ? newest : null, highest);
            }
            row = row.and(more); // somebody commits: what was missing is there now, and who wrote over contents has followed
        }
    }

    /** {@return one that reads the rings anew} */
    private JournalReader again() {
        return new JournalReader(storage, geometry, checkpoint, acceptUnreadable);
    }

    private Chain chain(Row row, Chain.End end, @Nullable JournalRecord rolledBack, long highest) {
        return new Chain(row.records, new JournalPosition(row.place, begin.salt(), row.last), end, rolledBack, highest);
    }

    /**
     * Records, each naming the one before it.
     *
     * @param place      where the next one would begin
     * @param last       what it would name
     * @param before     where the last of these begins, or the search began
     * @param beforeLast what the last of these names
     */
    private record Row(List<JournalRecord> records, int place, RecordLink last, int before, RecordLink beforeLast) {

        static Row nothing(Row before) {
            return new Row(List.of(), before.place, before.last, before.before, before.beforeLast);
        }

        Row and(Row more) {
            List<JournalRecord> all = new ArrayList<>(records);
            all.addAll(more.records);
            return new Row(List.copyOf(all), more.place, more.last, more.before, more.beforeLast);
        }

        Row withoutLast() {
            return new Row(records.subList(0, records.size() - 1), before, beforeLast, before, beforeLast);
        }
    }

    private Row rowFrom(int offset, RecordLink link) throws IOException {
        List<JournalRecord> records = new ArrayList<>();
        int place = offset;
        RecordLink last = link;
        int before = place;
        RecordLink beforeLast = last;
        for (Found found = next(place, last); found != null; found = next(place, last)) {
            before = place;
            beforeLast = last;
            records.add(found.record);
            last = found.record.link();
            place = found.at + JournalRecord.padded(found.record.length());
        }
        return new Row(List.copyOf(records), place, last, before, beforeLast);
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
