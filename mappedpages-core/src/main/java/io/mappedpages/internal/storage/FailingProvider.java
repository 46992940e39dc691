package io.mappedpages.internal.storage;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/**
 * Storage on which calls fail when a test of an application wants to see what becomes of it. What fails is not done, and all else
 * goes to the storage behind it.
 */
public final class FailingProvider implements StorageProvider {

    /** Calls that can fail. */
    public enum Call {
        WRITE, SYNC, MAP
    }

    private final StorageProvider behind;
    private final Predicate<Call> fails;

    /** @param fails asked before each such call whether it is to fail */
    public FailingProvider(StorageProvider behind, Predicate<Call> fails) {
        this.behind = behind;
        this.fails = fails;
    }

    private void check(Call call) throws IOException {
        if (fails.test(call)) {
            throw new IOException("it was told to fail, by a FaultInjection");
        }
    }

    @Override
    public boolean exists(Path path) {
        return behind.exists(path);
    }

    @Override
    public Path resolve(Path path) throws IOException {
        return behind.resolve(path);
    }

    @Override
    public PageStorage createTemporary(Path target) throws IOException {
        return behind.createTemporary(target);
    }

    @Override
    public void publish(PageStorage temporary, Path target) throws IOException {
        behind.publish(temporary, target);
    }

    @Override
    public void discard(PageStorage temporary) {
        behind.discard(temporary);
    }

    @Override
    public HeldLock lock(Path realPath) throws IOException {
        return behind.lock(realPath);
    }

    @Override
    public PageStorage open(Path realPath, HeldLock lock) throws IOException {
        return new Failing(behind.open(realPath, lock));
    }

    @Override
    public PageSource openToRead(Path realPath) throws IOException {
        return behind.openToRead(realPath);
    }

    @Override
    public boolean withdraw(Path realPath, Object identity) throws IOException {
        return behind.withdraw(realPath, identity);
    }

    @Override
    public Object identity(Path realPath) throws IOException {
        return behind.identity(realPath);
    }

    private final class Failing extends ForwardingStorage {

        Failing(PageStorage file) {
            super(file);
        }

        @Override
        public void write(long offset, byte[] source, int from, int length) throws IOException {
            check(Call.WRITE);
            super.write(offset, source, from, length);
        }

        @Override
        public void sync() throws IOException {
            check(Call.SYNC);
            super.sync();
        }

        @Override
        public void sync(List<ByteRange> ranges) throws IOException {
            check(Call.SYNC);
            super.sync(ranges);
        }

        @Override
        public void syncBeside(List<ByteRange> ranges) throws IOException {
            if (!ranges.isEmpty()) { // else it is only asked how syncs before went
                check(Call.SYNC);
            }
            super.syncBeside(ranges);
        }

        @Override
        public void syncAdded(ByteRange added) throws IOException {
            check(Call.SYNC);
            super.syncAdded(added);
        }

        @Override
        public MemorySegment map(long offset, long length, Arena arena) throws IOException {
            check(Call.MAP);
            return super.map(offset, length, arena);
        }
    }
}
