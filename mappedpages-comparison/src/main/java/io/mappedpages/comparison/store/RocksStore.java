package io.mappedpages.comparison.store;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompactionPriority;
import org.rocksdb.EnvOptions;
import org.rocksdb.IngestExternalFileOptions;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.RocksObject;
import org.rocksdb.SstFileWriter;
import org.rocksdb.WriteOptions;

/**
 * RocksDB with the options that its guide names for general use, a cache that holds all values, and {@code sync} for each write.
 * Values are copied out of it.
 */
final class RocksStore implements Store {

    private static final long CACHE = 1L << 30;

    static {
        RocksDB.loadLibrary();
    }

    private final Path directory;
    private final Cache cache = new LRUCache(CACHE);
    private final BloomFilter filter = new BloomFilter(10);
    private final Options options;
    private final WriteOptions durably = new WriteOptions().setSync(true);
    private final RocksDB database;
    private final AtomicLong next;

    RocksStore(Path directory) throws RocksDBException {
        this.directory = directory;
        BlockBasedTableConfig table = new BlockBasedTableConfig().setBlockSize(16 << 10).setBlockCache(cache)
                .setFilterPolicy(filter).setCacheIndexAndFilterBlocks(true)
                .setPinL0FilterAndIndexBlocksInCache(true);
        options = new Options().setCreateIfMissing(true).setMaxBackgroundJobs(6).setBytesPerSync(1 << 20)
                .setLevelCompactionDynamicLevelBytes(true)
                .setCompactionPriority(CompactionPriority.MinOverlappingRatio).setTableFormatConfig(table);
        database = RocksDB.open(options, directory.toString());
        next = new AtomicLong(found());
    }

    private long found() {
        try (RocksIterator all = database.newIterator()) {
            all.seekToLast();
            return all.isValid() ? ByteBuffer.wrap(all.key()).getLong() + 1 : 0;
        }
    }

    @Override
    public Session session() {
        return new Calls();
    }

    /** Writes a sorted file and lets the database take it over. */
    @Override
    public void load(int count, long version) throws Exception {
        Path sorted = directory.resolve("load.sst");
        try (EnvOptions environment = new EnvOptions();
                SstFileWriter writer = new SstFileWriter(environment, options);
                IngestExternalFileOptions ingesting = new IngestExternalFileOptions().setMoveFiles(true)) {
            writer.open(sorted.toString());
            for (long key = 0; key < count; key++) {
                writer.put(key(key), Contents.of(key, version));
            }
            writer.finish();
            database.ingestExternalFile(List.of(sorted.toString()), ingesting);
        }
        Files.deleteIfExists(sorted);
        next.accumulateAndGet(count, Math::max);
    }

    /** In the order of the numbers, as the database compares bytes. */
    private static byte[] key(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    @Override
    public long count() {
        return next.get();
    }

    @Override
    public void close() {
        database.close();
        List.<RocksObject>of(durably, options, filter, cache).forEach(RocksObject::close);
    }

    private final class Calls implements Session {
        private final byte[] value = new byte[Contents.SIZE];

        @Override
        public void update(long key, byte[] value) throws RocksDBException {
            database.put(durably, key(key), value);
        }

        @Override
        public long insert(byte[] value) throws RocksDBException {
            long key = next.getAndIncrement();
            update(key, value);
            return key;
        }

        @Override
        public long word(long key, int at) throws RocksDBException {
            copy(key, value);
            return Contents.word(value, at);
        }

        @Override
        public void copy(long key, byte[] into) throws RocksDBException {
            if (database.get(key(key), into) != into.length) {
                throw new IllegalStateException("There is no key " + key);
            }
        }

        @Override
        public long sum() {
            long sum = 0;
            ByteBuffer bytes = ByteBuffer.wrap(value);
            try (RocksIterator all = database.newIterator()) {
                for (all.seekToFirst(); all.isValid(); all.next()) {
                    all.value(bytes.clear());
                    sum += Contents.sum(value);
                }
            }
            return sum;
        }
    }
}
