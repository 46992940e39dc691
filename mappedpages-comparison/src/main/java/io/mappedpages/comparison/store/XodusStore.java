package io.mappedpages.comparison.store;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

import jetbrains.exodus.ArrayByteIterable;
import jetbrains.exodus.ByteIterable;
import jetbrains.exodus.bindings.LongBinding;
import jetbrains.exodus.env.Cursor;
import jetbrains.exodus.env.Environment;
import jetbrains.exodus.env.EnvironmentConfig;
import jetbrains.exodus.env.Environments;
import jetbrains.exodus.env.StoreConfig;
import jetbrains.exodus.env.Transaction;

/** Xodus with durable writes; without that setting it syncs once in a while. Values are copied out of its cache. */
final class XodusStore implements Store {

    /** Values in a transaction of a load: it is held in memory. */
    private static final int TOGETHER = 4096;

    private final Environment environment;
    private final jetbrains.exodus.env.Store values;
    private final AtomicLong next;

    XodusStore(Path directory) {
        environment = Environments.newInstance(directory.toFile(), new EnvironmentConfig().setLogDurableWrite(true));
        values = environment.computeInTransaction(
                writing -> environment.openStore("values", StoreConfig.WITHOUT_DUPLICATES, writing));
        next = new AtomicLong(environment.computeInReadonlyTransaction(values::count));
    }

    @Override
    public Session session() {
        return new Transactions();
    }

    @Override
    public void load(int count, long version) {
        boolean isEmpty = next.get() == 0;
        for (int from = 0; from < count; from += TOGETHER) {
            int first = from;
            int end = Math.min(count, from + TOGETHER);
            environment.executeInTransaction(writing -> {
                for (long key = first; key < end; key++) {
                    ByteIterable value = new ArrayByteIterable(Contents.of(key, version));
                    if (isEmpty) {
                        values.putRight(writing, LongBinding.longToEntry(key), value);
                    } else {
                        values.put(writing, LongBinding.longToEntry(key), value);
                    }
                }
            });
        }
        next.accumulateAndGet(count, Math::max);
    }

    @Override
    public long count() {
        return next.get();
    }

    @Override
    public void close() {
        environment.close();
    }

    private final class Transactions implements Session {

        @Override
        public void update(long key, byte[] value) {
            ByteIterable entry = new ArrayByteIterable(value);
            environment.executeInTransaction(writing -> values.put(writing, LongBinding.longToEntry(key), entry));
        }

        @Override
        public long insert(byte[] value) {
            long key = next.getAndIncrement();
            update(key, value);
            return key;
        }

        private byte[] get(Transaction reading, long key) {
            ByteIterable found = values.get(reading, LongBinding.longToEntry(key));
            if (found == null) {
                throw new IllegalStateException("There is no key " + key);
            }
            return found.getBytesUnsafe();
        }

        @Override
        public long word(long key, int at) {
            Transaction reading = environment.beginReadonlyTransaction();
            try {
                return Contents.word(get(reading, key), at);
            } finally {
                reading.abort();
            }
        }

        @Override
        public void copy(long key, byte[] into) {
            Transaction reading = environment.beginReadonlyTransaction();
            try {
                System.arraycopy(get(reading, key), 0, into, 0, into.length);
            } finally {
                reading.abort();
            }
        }

        @Override
        public long sum() {
            long sum = 0;
            Transaction reading = environment.beginReadonlyTransaction();
            try (Cursor all = values.openCursor(reading)) {
                while (all.getNext()) {
                    sum += Contents.sum(all.getValue().getBytesUnsafe());
                }
            } finally {
                reading.abort();
            }
            return sum;
        }
    }
}
