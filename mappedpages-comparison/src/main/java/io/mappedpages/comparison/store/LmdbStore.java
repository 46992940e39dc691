package io.mappedpages.comparison.store;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.PutFlags;
import org.lmdbjava.Txn;

/**
 * LMDB as it is without flags that weaken it: a commit syncs. Values are views of its mapping. A reader keeps its transaction,
 * reset between two reads; these belong to objects, not threads ({@code MDB_NOTLS}), because virtual threads change theirs.
 */
final class LmdbStore implements Store {

    private static final long MAP_SIZE = 64L << 30;
    private static final int MOST_READERS = 2048;

    private final Env<ByteBuffer> env;
    private final Dbi<ByteBuffer> values;
    private final AtomicLong next;
    /** LMDB lets one write, and wants writes to be in line before it where virtual threads share those of the system. */
    private final ReentrantLock writing = new ReentrantLock();

    LmdbStore(Path directory) {
        env = Env.create().setMapSize(MAP_SIZE).setMaxDbs(1).setMaxReaders(MOST_READERS)
                .open(directory.toFile(), EnvFlags.MDB_NOTLS);
        values = env.openDbi("values", DbiFlags.MDB_CREATE, DbiFlags.MDB_INTEGERKEY);
        try (Txn<ByteBuffer> reading = env.txnRead()) {
            next = new AtomicLong(values.stat(reading).entries);
        }
    }

    @Override
    public Session session() {
        return new Transactions();
    }

    @Override
    public void load(int count, long version) {
        ByteBuffer key = keyBuffer();
        ByteBuffer value = ByteBuffer.allocateDirect(Contents.SIZE);
        PutFlags[] flags = next.get() == 0 ? new PutFlags[] {PutFlags.MDB_APPEND} : new PutFlags[0];
        try (Txn<ByteBuffer> writing = env.txnWrite()) {
            for (long i = 0; i < count; i++) {
                values.put(writing, key.clear().putLong(i).flip(),
                        value.clear().put(Contents.of(i, version)).flip(), flags);
            }
            writing.commit();
        }
        next.accumulateAndGet(count, Math::max);
    }

    private static ByteBuffer keyBuffer() {
        return ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.nativeOrder());
    }

    @Override
    public long count() {
        return next.get();
    }

    @Override
    public void close() {
        env.close();
    }

    private final class Transactions implements Session {
        private final ByteBuffer key = keyBuffer();
        private final ByteBuffer value = ByteBuffer.allocateDirect(Contents.SIZE);
        private @Nullable Txn<ByteBuffer> reading;

        @Override
        public void update(long key, byte[] bytes) {
            value.clear().put(bytes).flip();
            this.key.clear().putLong(key).flip();
            writing.lock();
            try (Txn<ByteBuffer> transaction = env.txnWrite()) {
                values.put(transaction, this.key, value);
                transaction.commit();
            } finally {
                writing.unlock();
            }
        }

        @Override
        public long insert(byte[] bytes) {
            long added = next.getAndIncrement();
            update(added, bytes);
            return added;
        }

        private Txn<ByteBuffer> reading() {
            Txn<ByteBuffer> transaction = reading;
            if (transaction == null) {
                transaction = env.txnRead();
                reading = transaction;
            } else {
                transaction.renew();
            }
            return transaction;
        }

        private ByteBuffer get(Txn<ByteBuffer> transaction, long key) {
            ByteBuffer found = values.get(transaction, this.key.clear().putLong(key).flip());
            if (found == null) {
                throw new IllegalStateException("There is no key " + key);
            }
            return found;
        }

        @Override
        public long word(long key, int at) {
            Txn<ByteBuffer> transaction = reading();
            try {
                return get(transaction, key).order(ByteOrder.LITTLE_ENDIAN).getLong(at);
            } finally {
                transaction.reset();
            }
        }

        @Override
        public void copy(long key, byte[] into) {
            Txn<ByteBuffer> transaction = reading();
            try {
                get(transaction, key).get(0, into);
            } finally {
                transaction.reset();
            }
        }

        @Override
        public long sum() {
            long sum = 0;
            Txn<ByteBuffer> transaction = reading();
            try (Cursor<ByteBuffer> cursor = values.openCursor(transaction)) {
                for (boolean more = cursor.first(); more; more = cursor.next()) {
                    sum += Contents.sum(MemorySegment.ofBuffer(cursor.val()));
                }
            } finally {
                transaction.reset();
            }
            return sum;
        }

        @Override
        public void close() {
            if (reading != null) {
                reading.close();
            }
        }
    }
}
