package io.mappedpages.comparison.store;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.WritablePage;

/**
 * Regular pages, which are changed in place: an update that a crash interrupts can be torn. There is no index: a key is the
 * place in a list of all pages, which is made when the file is opened.
 */
final class RegularPagesStore implements Store {

    private final Pager pager;
    private final List<PageId> ids;

    RegularPagesStore(Path directory) {
        pager = Pager.builder(directory.resolve("store.pages")).openOrCreate();
        ids = Collections.synchronizedList(new ArrayList<>(pager.allocatedPages().toList()));
    }

    @Override
    public Session session() {
        return new Pages(List.copyOf(ids));
    }

    @Override
    public void load(int count, long version) {
        if (ids.size() < count) {
            ids.addAll(pager.allocBulk(count - ids.size()));
        }
        byte[] value = new byte[Contents.SIZE];
        for (int key = 0; key < count; key++) {
            Contents.fill(value, key, version);
            try (WritablePage page = pager.write(ids.get(key))) {
                MemorySegment.copy(MemorySegment.ofArray(value), 0, page.bytes(), 0, value.length);
            }
        }
        pager.sync();
    }

    @Override
    public long count() {
        return ids.size();
    }

    @Override
    public void close() {
        pager.close();
    }

    private final class Pages implements Session {
        /** As they were when the session began: looking there takes no lock. */
        private final List<PageId> known;

        Pages(List<PageId> known) {
            this.known = known;
        }

        private PageId id(long key) {
            return key < known.size() ? known.get((int) key) : ids.get((int) key);
        }

        @Override
        public void update(long key, byte[] value) {
            write(id(key), value);
        }

        private void write(PageId id, byte[] value) {
            try (WritablePage page = pager.write(id)) {
                MemorySegment.copy(MemorySegment.ofArray(value), 0, page.bytes(), 0, value.length);
                page.commit();
            }
        }

        @Override
        public long insert(byte[] value) {
            PageId id = pager.transact(transaction -> {
                PageId made = transaction.alloc();
                MemorySegment.copy(MemorySegment.ofArray(value), 0, transaction.write(made).bytes(), 0, value.length);
                return made;
            });
            synchronized (ids) {
                ids.add(id);
                return ids.size() - 1L;
            }
        }

        @Override
        public long word(long key, int at) {
            return pager.read(id(key), page -> Contents.word(page, at));
        }

        @Override
        public void copy(long key, byte[] into) {
            pager.read(id(key), page -> Contents.copy(page, into));
        }

        @Override
        public long sum() {
            long sum = 0;
            for (PageId id : List.copyOf(ids)) {
                sum += pager.read(id, Contents::sum);
            }
            return sum;
        }
    }
}
