package io.mappedpages.internal.storage;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Storage that leaves everything to another one; what is to be otherwise is overridden. */
public abstract class ForwardingStorage implements PageStorage {

    private final PageStorage file;

    /** Leaves everything to {@code file}. */
    protected ForwardingStorage(PageStorage file) {
        this.file = file;
    }

    @Override
    public long length() throws IOException {
        return file.length();
    }

    @Override
    public void read(long offset, byte[] target, int from, int length) throws IOException {
        file.read(offset, target, from, length);
    }

    @Override
    public void write(long offset, byte[] source, int from, int length) throws IOException {
        file.write(offset, source, from, length);
    }

    @Override
    public void sync() throws IOException {
        file.sync();
    }

    @Override
    public boolean syncsUnmapped() {
        return file.syncsUnmapped();
    }

    @Override
    public void sync(List<ByteRange> ranges) throws IOException {
        file.sync(ranges);
    }

    @Override
    public void syncBeside(List<ByteRange> ranges) throws IOException {
        file.syncBeside(ranges);
    }

    @Override
    public void writeBackBeside(List<ByteRange> ranges) throws IOException {
        file.writeBackBeside(ranges);
    }

    @Override
    public void syncAdded(ByteRange added) throws IOException {
        file.syncAdded(added);
    }

    @Override
    public void extend(long from, long to, boolean reserve) throws IOException {
        file.extend(from, to, reserve);
    }

    @Override
    public void truncate(long length) throws IOException {
        file.truncate(length);
    }

    @Override
    public boolean punchHole(ByteRange range) throws IOException {
        return file.punchHole(range);
    }

    @Override
    public Whereabouts whereabouts() throws IOException {
        return file.whereabouts();
    }

    @Override
    public MemorySegment map(long offset, long length, Arena arena) throws IOException {
        return file.map(offset, length, arena);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
