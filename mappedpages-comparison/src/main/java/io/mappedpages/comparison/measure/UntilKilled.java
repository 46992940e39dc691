package io.mappedpages.comparison.measure;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import io.mappedpages.comparison.store.Contender;
import io.mappedpages.comparison.store.Contents;
import io.mappedpages.comparison.store.Store;
import io.mappedpages.comparison.store.Store.Session;

/** Updates without end, of which each that returns is acknowledged; and a look afterwards whether all of those are there. */
final class UntilKilled {

    /** Each has its own keys, so versions of a key follow each other. */
    private static final int WRITERS = 16;
    /** Loads have smaller ones. */
    private static final long FIRST_VERSION = 1_000;

    private final int count;
    private final Path acknowledged;

    UntilKilled(Path directory, int count) {
        this.count = count;
        this.acknowledged = acknowledged(directory);
    }

    /** {@return where it is noted what was acknowledged by a store} */
    static Path acknowledged(Path directory) {
        return directory.resolveSibling(directory.getFileName() + ".acknowledged");
    }

    /** Never returns, but fails if a writer does. */
    void write(Store store) throws Exception {
        Acknowledged versions = new Acknowledged(acknowledged, count);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            int own = i;
            threads.add(Thread.ofPlatform().start(() -> {
                try (Session session = store.session()) {
                    write(session, own, versions);
                } catch (Throwable failed) {
                    failed.printStackTrace();
                    Runtime.getRuntime().halt(1);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void write(Session session, int own, Acknowledged versions) throws Exception {
        SplittableRandom random = new SplittableRandom(own);
        byte[] value = new byte[Contents.SIZE];
        while (true) {
            long key = (long) random.nextInt(count / WRITERS) * WRITERS + own;
            long version = Math.max(FIRST_VERSION, versions.version(key)) + 1;
            Contents.fill(value, key, version);
            session.update(key, value);
            versions.set(key, version);
        }
    }

    /** What was found. */
    record Found(long acknowledged, long lost) {
    }

    /** {@return how many updates had returned, and how many values are older than they must be, or not whole} */
    Found look(Session session) throws Exception {
        long updates = 0;
        long lost = 0;
        byte[] value = new byte[Contents.SIZE];
        try (Acknowledged versions = new Acknowledged(acknowledged, count)) {
            for (long key = 0; key < count; key++) {
                long version = versions.version(key);
                if (version > 0) {
                    updates += version - FIRST_VERSION;
                    lost += isThere(session, key, version, value) ? 0 : 1;
                }
            }
        }
        return new Found(updates, lost);
    }

    private static boolean isThere(Session session, long key, long version, byte[] value) throws Exception {
        session.copy(key, value);
        try {
            return Contents.versionOf(value, key) >= version;
        } catch (IllegalStateException notWhole) {
            return false;
        }
    }

    /** {@return whether that can be expected of a store} */
    static boolean isPromised(Contender contender) {
        return contender.isAtomic();
    }
}
