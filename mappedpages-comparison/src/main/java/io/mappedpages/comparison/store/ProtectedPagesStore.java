package io.mappedpages.comparison.store;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

import io.mappedpages.MappedPage;
import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;
import io.mappedpages.ProtectedPageWriter;

/** Protected pages with the options of a pager as they are. There is no index: a key is the number of the page. */
final class ProtectedPagesStore implements Store {

    private final Pager pager;

    ProtectedPagesStore(Path directory) {
        pager = Pager.builder(directory.resolve("store.pages")).openOrCreate();
    }

    @Override
    public Session session() {
        return new Pages();
    }

    /** There is no call that writes many, so there are many callers: those that wait at the same time share a commit. */
    @Override
    public void load(int count, long version) throws Exception {
        if (pager.protectedPageCount() < count) {
            pager.allocProtectedBulk((int) (count - pager.protectedPageCount()));
        }
        List<Callable<Object>> writes = LongStream.range(0, count)
                .mapToObj(key -> Executors.callable(() -> write(key, Contents.of(key, version)))).toList();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<?> written : threads.invokeAll(writes)) {
                written.get();
            }
        }
    }

    private void write(long key, byte[] value) {
        try (ProtectedPageWriter page = pager.write(new ProtectedPageId(key))) {
            MemorySegment.copy(MemorySegment.ofArray(value), 0, page.bytes(), 0, value.length);
            page.commit();
        }
    }

    @Override
    public long count() {
        return pager.protectedPageCount();
    }

    @Override
    public void close() {
        pager.close();
    }

    private final class Pages implements Session {

        @Override
        public void update(long key, byte[] value) {
            write(key, value);
        }

        /** Two commits. One that does both at once would have its place here. */
        @Override
        public long insert(byte[] value) {
            long key = pager.allocProtected().number();
            write(key, value);
            return key;
        }

        @Override
        public long word(long key, int at) {
            try (MappedPage page = pager.read(new ProtectedPageId(key))) {
                return Contents.word(page.bytes(), at);
            }
        }

        @Override
        public void copy(long key, byte[] into) {
            try (MappedPage page = pager.read(new ProtectedPageId(key))) {
                MemorySegment.copy(page.bytes(), 0, MemorySegment.ofArray(into), 0, into.length);
            }
        }

        @Override
        public long sum() {
            long sum = 0;
            long count = count();
            for (long key = 0; key < count; key++) {
                try (MappedPage page = pager.read(new ProtectedPageId(key))) {
                    sum += Contents.sum(page.bytes());
                }
            }
            return sum;
        }
    }
}
