package io.mappedpages.comparison.store;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.mapdb.BTreeMap;
import org.mapdb.DB;
import org.mapdb.DB.TreeMapMaker;
import org.mapdb.DB.TreeMapSink;
import org.mapdb.DBMaker;
import org.mapdb.DBMaker.Maker;
import org.mapdb.serializer.SerializerByteArray;
import org.mapdb.serializer.SerializerLong;

/**
 * MapDB with its write-ahead log, and large values outside of its nodes. Values are copied out of it. With a mapped file it reads
 * quicker, but each commit syncs every mebibyte of the file for itself.
 */
final class MapDbStore implements Store {

    private static final String NAME = "values";

    private final DB database;
    private final AtomicLong next;
    /** Null until there is one: the quickest way to load values is to have the map made of them. */
    private @Nullable BTreeMap<Long, byte[]> values;

    MapDbStore(Path directory, boolean mapped) {
        Maker maker = DBMaker.fileDB(directory.resolve("store.mapdb").toFile()).transactionEnable();
        database = (mapped ? maker.fileMmapEnable() : maker.fileChannelEnable()).make();
        if (database.exists(NAME)) {
            values = maker().open();
        }
        next = new AtomicLong(values == null || values.isEmpty() ? 0 : values.lastKey() + 1);
    }

    private TreeMapMaker<Long, byte[]> maker() {
        return database.treeMap(NAME, new SerializerLong(), new SerializerByteArray()).valuesOutsideNodesEnable();
    }

    @Override
    public synchronized Session session() {
        if (values == null) {
            values = maker().create();
        }
        return new Calls(values);
    }

    @Override
    public synchronized void load(int count, long version) {
        if (values == null) {
            TreeMapSink<Long, byte[]> sink = maker().createFromSink();
            for (long key = 0; key < count; key++) {
                sink.put(key, Contents.of(key, version));
            }
            values = sink.create();
        } else {
            for (long key = 0; key < count; key++) {
                values.put(key, Contents.of(key, version));
            }
        }
        database.commit();
        next.accumulateAndGet(count, Math::max);
    }

    @Override
    public long count() {
        return next.get();
    }

    @Override
    public void close() {
        database.close();
    }

    private final class Calls implements Session {
        private final BTreeMap<Long, byte[]> values;

        Calls(BTreeMap<Long, byte[]> values) {
            this.values = values;
        }

        @Override
        public void update(long key, byte[] value) {
            values.put(key, value);
            database.commit();
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
            for (byte[] value : values.values()) {
                sum += Contents.sum(value);
            }
            return sum;
        }
    }
}
