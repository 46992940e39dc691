package io.mappedpages.internal.recovery;

import java.io.EOFException;
import java.io.IOException;
import java.util.BitSet;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.UnreadableException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.JournalRecord;
import io.mappedpages.internal.format.JournalRings;
import io.mappedpages.internal.format.RecordLink;
import io.mappedpages.internal.pageio.NodeReader;
import io.mappedpages.internal.storage.PageSource;

/**
 * One of the two rings of the journal. Only a piece of it is in memory at a time, and what records are found there keep theirs.
 */
final class Ring {

    private static final int PIECE = 64 * JournalRings.BLOCK;

    private final PageSource storage;
    private final Geometry geometry;
    private final long firstPage;
    private final int length;
    private final int longestRecord;
    private byte[] piece = new byte[0];
    private int pieceAt;
    /** Blocks that cannot be read, of those that were tried. */
    private final BitSet unreadable = new BitSet();
    private @Nullable UnreadableException failure;

    Ring(PageSource storage, Geometry geometry, long firstPage, JournalRings rings) {
        this.storage = storage;
        this.geometry = geometry;
        this.firstPage = firstPage;
        this.length = rings.bytes(geometry);
        this.longestRecord = rings.longestRecord(geometry);
    }

    /** {@return why a block could not be read, of those that were tried; null if all could} */
    @Nullable UnreadableException failure() {
        return failure;
    }

    /** {@return the whole record that begins at {@code at}, or null if there is none} */
    @Nullable JournalRecord record(int at) throws IOException {
        if (at >= length) {
            return null;
        }
        load(at, JournalRings.BLOCK);
        int said = JournalRecord.lengthSaid(piece, at - pieceAt);
        if (said > longestRecord) {
            return null;
        }
        load(at, said);
        return JournalRecord.find(piece, at - pieceAt);
    }

    /** {@return the highest generation of a record with this salt, or {@code least} if none has a higher one} */
    long highest(long salt, long least) throws IOException {
        long highest = least;
        for (int at = 0; at < length; at += JournalRings.BLOCK) {
            load(at, JournalRings.BLOCK);
            if (JournalRecord.isNewerSaid(piece, at - pieceAt, salt, highest)) { // few, so few sums have to be made
                JournalRecord record = record(at);
                highest = record == null ? highest : record.generation();
            }
        }
        return highest;
    }

    /**
     * Whether a record with this salt that follows {@code last} may begin at {@code at}, and cannot be read. A block that can be
     * read and does not begin such a record shows that there is none.
     */
    boolean mayHide(int at, long salt, RecordLink last) throws IOException {
        load(at, JournalRings.BLOCK);
        int first = at / JournalRings.BLOCK;
        if (unreadable.get(first)) {
            return true;
        }
        int said = Math.min(longestRecord, JournalRecord.lengthSaid(piece, at - pieceAt, salt, last));
        load(at, said);
        int found = unreadable.nextSetBit(first);
        return found >= 0 && found < first + JournalRecord.padded(said) / JournalRings.BLOCK;
    }

    /** Sees to it that {@code count} bytes from {@code at} on are in memory, or what there is of them. */
    private void load(int at, int count) throws IOException {
        int end = Math.min(length, Math.addExact(at, JournalRecord.padded(count)));
        if (at < pieceAt || end > pieceAt + piece.length) {
            byte[] next = new byte[Math.min(length, Math.max(end, at + PIECE)) - at];
            read(at, next);
            piece = next;
            pieceAt = at;
        }
    }

    private void read(int at, byte[] into) throws IOException {
        long from = geometry.offsetOf(firstPage) + at;
        try {
            storage.read(from, into, 0, into.length);
        } catch (EOFException e) {
            throw e;
        } catch (IOException all) {
            readBlocks(from, at, into);
        }
    }

    private void readBlocks(long from, int at, byte[] into) throws IOException {
        byte[] block = new byte[JournalRings.BLOCK];
        for (int done = 0; done < into.length; done += block.length) {
            try {
                long page = firstPage + (at + done) / geometry.pageSize();
                NodeReader.readTwice(storage, from + done, block, block.length, Fault.Part.JOURNAL, page);
                System.arraycopy(block, 0, into, done, block.length);
            } catch (UnreadableException e) {
                unreadable.set((at + done) / JournalRings.BLOCK);
                failure = e;
            }
        }
    }
}
