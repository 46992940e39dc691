package io.mappedpages.comparison.store;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.LongDataType;

/**
 * The storage engine of H2 with a cache that holds all values. Its {@code commit} writes, and {@code sync} makes durable what was
 * written. Values are arrays of its cache.
 */
final class MvStore implements Store {

    private static final int CACHE_MIB = 1024;

    private final MVStore store;
    private final MVMap<Long, byte[]> values;
    private final AtomicLong next;

    MvStore(Path directory) {
        store = new MVStore.Builder().fileName(directory.resolve("store.mv").toString()).cacheSize(CACHE_MIB).open();
        values = store.openMap("values", new MVMap.Builder<Long, byte[]>().keyType(LongDataType.INSTANCE)
                .valueType(ByteArrayDataType.INSTANCE));
        next = new AtomicLong(values.sizeAsLong());
    }

    @Override
    public Session session() {
        return new Calls();
    }

    @Override
    public void load(int count, long version) {
        for (long key = 0; key < count; key++) {
            values.put(key, Contents.of(key, version));
        }
        commit();
        next.accumulateAndGet(count, Math::max);
    }

    private void commit() {
        store.commit();
        store.sync();
    }

    @Override
    public long count() {
        return next.get();
    }

    @Override
    public void close() {
        store.close();
    }

    private final class Calls implements Session {

        /** The map keeps the array. */
        @Override
        public void update(long key, byte[] value) {
            values.put(key, value.clone());
            commit();
        }

        @Override
        public long insert(byte[] value) {
            long key = next.getAndIncrement();
            update(key, value);
            return key;
        }

        private byte[] get(long key) {
            byte[] found = values.get(key);
            if (found == null) {
                throw new IllegalStateException("There is no key " + key);
            }
            return found;
        }

        @Override
        public long word(long key, int at) {
            return Contents.word(get(key), at);
        }

        @Override
        public void copy(long key, byte[] into) {
            System.arraycopy(get(key), 0, into, 0, into.length);
        }

        @Override
        public long sum() {
            long sum = 0;
            for (Cursor<Long, byte[]> all = values.cursor(null); all.hasNext();) {
                all.next();
                sum += Contents.sum(all.getValue());
            }
            return sum;
        }
    }
}
