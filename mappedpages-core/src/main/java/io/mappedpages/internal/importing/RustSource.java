package io.mappedpages.internal.importing;

import java.io.EOFException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Path;

import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.Fault.Import;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.fault.UnreadableException;
import io.mappedpages.internal.format.SumBuilder;
import io.mappedpages.internal.pageio.NodeReader;
import io.mappedpages.internal.storage.PageSource;

/** The file that is imported, as bytes. What goes wrong here is said of it, and not of the file that is made. */
final class RustSource {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int PIECE = 64 << 10;

    private final Path path;
    private final PageSource file;

    RustSource(Path path, PageSource file) {
        this.path = path;
        this.file = file;
    }

    static int int32(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    static long int64(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    static String hex(int value) {
        return "0x%08x".formatted(value);
    }

    /** {@return what to throw because of {@code problem}} */
    FaultException refused(Import problem) {
        return new FaultException(new Fault.CannotImport(path, problem));
    }

    long length() {
        try {
            return file.length();
        } catch (IOException e) {
            throw new FaultException(
                    new Fault.CannotImport(path, new Import.Unreadable(0, String.valueOf(e.getMessage()))), e);
        }
    }

    /** {@return {@code length} bytes at {@code offset}, of {@code page}} */
    byte[] read(long offset, int length, long page) {
        byte[] bytes = new byte[length];
        read(offset, bytes, length, page);
        return bytes;
    }

    /**
     * Reads into the beginning of {@code target}.
     *
     * @param page the first page that is concerned
     */
    void read(long offset, byte[] target, int length, long page) {
        try {
            NodeReader.readTwice(file, offset, target, length, Fault.Part.REGULAR, page);
        } catch (UnreadableException e) {
            throw new FaultException(new Fault.CannotImport(path, new Import.Unreadable(page, e.why())), e);
        } catch (EOFException e) { // it was long enough when that was looked at
            throw new FaultException(new Fault.CannotImport(path, new Import.Changed()), e);
        } catch (IOException e) {
            throw new FaultException(
                    new Fault.CannotImport(path, new Import.Unreadable(page, String.valueOf(e.getMessage()))), e);
        }
    }

    /** {@return the CRC32 of the bytes {@code [from, to)}, which are of {@code page}} */
    int crc32(long from, long to, long page) {
        SumBuilder sums = new SumBuilder();
        byte[] piece = new byte[(int) Math.min(PIECE, to - from)];
        for (long at = from; at < to; at += piece.length) {
            int count = (int) Math.min(piece.length, to - at);
            read(at, piece, count, page);
            sums.add(piece, count);
        }
        return sums.sums().crc32();
    }
}
