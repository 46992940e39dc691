package io.mappedpages.comparison.store;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;
import io.mappedpages.ProtectedPageWriter;
import io.mappedpages.StagedPage;
import io.mappedpages.Transaction;

/** Protected pages with the options of a pager as they are. There is no index: a key is the number of the page. */
final class ProtectedPagesStore implements Store {

    private static final int TOGETHER = 1024;

    private final Pager pager;

    ProtectedPagesStore(Path directory) {
        pager = Pager.builder(directory.resolve("store.pages")).openOrCreate();
    }

    @Override
    public Session session() {
        return new Pages();
    }

    /** Some pages in each transaction, made and filled, or written again. */
    @Override
    public void load(int count, long version) {
        for (int begin = 0; begin < count; begin += TOGETHER) {
            int end = Math.min(count, begin + TOGETHER);
            try (Transaction transaction = pager.begin()) {
                for (long key = begin; key < end; key++) {
                    ProtectedPageId id = key < count() ? new ProtectedPageId(key) : transaction.allocProtected();
                    fill(transaction.write(id), Contents.of(key, version));
                }
                transaction.commit();
            }
        }
    }

    private static void fill(StagedPage page, byte[] value) {
        MemorySegment.copy(MemorySegment.ofArray(value), 0, page.bytes(), 0, value.length);
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

        @Override
        public long insert(byte[] value) {
            return pager.transact(transaction -> {
                ProtectedPageId id = transaction.allocProtected();
                fill(transaction.write(id), value);
                return id.number();
            });
        }

        @Override
        public long word(long key, int at) {
            return pager.read(new ProtectedPageId(key), page -> Contents.word(page, at));
        }

        @Override
        public void copy(long key, byte[] into) {
            pager.read(new ProtectedPageId(key), page -> Contents.copy(page, into));
        }

        @Override
        public long sum() {
            long sum = 0;
            long count = count();
            for (long key = 0; key < count; key++) {
                sum += pager.read(new ProtectedPageId(key), Contents::sum);
            }
            return sum;
        }
    }
}
