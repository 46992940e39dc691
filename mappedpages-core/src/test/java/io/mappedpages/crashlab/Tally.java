package io.mappedpages.crashlab;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what was tried: distinct disks by their hash, for each operation and in all. Any thread. */
final class Tally {

    private static final int SHARDS = 64;

    private final LongSet[] all = new LongSet[SHARDS];
    private final Map<String, LongSet> byOperation = new TreeMap<>();
    private final AtomicLong checks = new AtomicLong();

    Tally() {
        for (int i = 0; i < SHARDS; i++) {
            all[i] = new LongSet();
        }
    }

    /** An image was checked that came up in {@code operation}. */
    void checked(String operation, long hash) {
        checks.incrementAndGet();
        LongSet shard = all[(int) (hash >>> 58)];
        synchronized (shard) {
            shard.add(hash);
        }
        LongSet own;
        synchronized (byOperation) {
            own = byOperation.computeIfAbsent(operation, _ -> new LongSet());
        }
        synchronized (own) {
            own.add(hash);
        }
    }

    /** How many images were checked, each with what it had to hold. */
    long checks() {
        return checks.get();
    }

    /** How many different images that were. */
    long distinct() {
        long sum = 0;
        for (LongSet shard : all) {
            synchronized (shard) {
                sum += shard.size();
            }
        }
        return sum;
    }

    /** A line for each operation. */
    String table() {
        StringBuilder table = new StringBuilder();
        synchronized (byOperation) {
            byOperation.forEach((operation, hashes) -> {
                synchronized (hashes) {
                    table.append(String.format("  %-48s %,14d%n", operation, hashes.size()));
                }
            });
        }
        table.append(String.format("  %-48s %,14d in %,d checks%n", "distinct disks in all", distinct(), checks()));
        return table.toString();
    }
}
