package io.mappedpages.internal.pageio;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.UnreadableException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.SumBuilder;
import io.mappedpages.internal.format.Sums;
import io.mappedpages.internal.storage.PageSource;
import io.mappedpages.internal.storage.PageStorage;

/**
 * Sums, copies and zeros of whole pages, a piece at a time through the heap. A checksum is never taken on mapped memory:
 * if the file was truncated meanwhile, the checksum intrinsic would kill the JVM where a copy only throws.
 */
public final class PageContents {

    private static final int PIECE = 16 * 1024;

    private final Geometry geometry;
    private final byte[] zeros;
    private final Sums zeroSums;

    /** For pages of this geometry's size. Any thread may use it. */
    public PageContents(Geometry geometry) {
        this.geometry = geometry;
        this.zeros = new byte[Math.min(PIECE, geometry.pageSize())];
        SumBuilder sums = new SumBuilder();
        for (int done = 0; done < geometry.pageSize(); done += zeros.length) {
            sums.add(zeros, zeros.length);
        }
        this.zeroSums = sums.sums();
    }

    /** {@return the sums of a page of zeros} */
    public Sums zeroSums() {
        return zeroSums;
    }

    /** {@return the sums over all of {@code page}} */
    public Sums sumsOf(MemorySegment page) {
        SumBuilder sums = new SumBuilder();
        byte[] piece = new byte[zeros.length];
        for (long done = 0; done < page.byteSize(); done += piece.length) {
            MemorySegment.copy(page, ValueLayout.JAVA_BYTE, done, piece, 0, piece.length);
            sums.add(piece, piece.length);
        }
        return sums.sums();
    }

    /**
     * {@return the sums over all of {@code page}, read from the file}
     *
     * @throws UnreadableException if a read failed, twice
     */
    public Sums sumsOf(PageSource storage, long page) throws IOException {
        SumBuilder sums = new SumBuilder();
        byte[] piece = new byte[zeros.length];
        for (int done = 0; done < geometry.pageSize(); done += piece.length) {
            NodeReader.readTwice(storage, geometry.offsetOf(page) + done, piece, piece.length, Fault.Part.CONTENTS,
                    page);
            sums.add(piece, piece.length);
        }
        return sums.sums();
    }

    /**
     * Reads all of {@code page} into {@code target}. {@return the sums of what was read}
     *
     * @param part what the page is used for
     * @throws UnreadableException if a read failed, twice
     */
    public Sums read(PageSource source, long page, Fault.Part part, MemorySegment target) throws IOException {
        SumBuilder sums = new SumBuilder();
        byte[] piece = new byte[zeros.length];
        for (int done = 0; done < geometry.pageSize(); done += piece.length) {
            NodeReader.readTwice(source, geometry.offsetOf(page) + done, piece, piece.length, part, page);
            MemorySegment.copy(piece, 0, target, ValueLayout.JAVA_BYTE, done, piece.length);
            sums.add(piece, piece.length);
        }
        return sums.sums();
    }

    /**
     * Writes {@code content} to {@code page}. {@return the sums of what was written} Each piece is copied once and then
     * summed and written, so the sums are right even if somebody stores into {@code content} meanwhile.
     */
    public Sums write(PageStorage storage, long page, MemorySegment content) throws IOException {
        SumBuilder sums = new SumBuilder();
        byte[] piece = new byte[zeros.length];
        for (int done = 0; done < geometry.pageSize(); done += piece.length) {
            MemorySegment.copy(content, ValueLayout.JAVA_BYTE, done, piece, 0, piece.length);
            sums.add(piece, piece.length);
            storage.write(geometry.offsetOf(page) + done, piece, 0, piece.length);
        }
        return sums.sums();
    }

    /** Writes what {@code page} holds over it again. @throws UnreadableException if a read failed, twice */
    public void writeAgain(PageStorage storage, long page) throws IOException {
        copy(storage, page, page);
    }

    /** Writes what one page holds to another one. @throws UnreadableException if a read failed, twice */
    public void copy(PageStorage storage, long from, long to) throws IOException {
        byte[] piece = new byte[zeros.length];
        for (int done = 0; done < geometry.pageSize(); done += piece.length) {
            NodeReader.readTwice(storage, geometry.offsetOf(from) + done, piece, piece.length, Fault.Part.CONTENTS,
                    from);
            storage.write(geometry.offsetOf(to) + done, piece, 0, piece.length);
        }
    }

    /** Writes zeros over all of {@code page}. */
    public void zero(PageStorage storage, long page) throws IOException {
        for (int done = 0; done < geometry.pageSize(); done += zeros.length) {
            storage.write(geometry.offsetOf(page) + done, zeros, 0, zeros.length);
        }
    }
}
