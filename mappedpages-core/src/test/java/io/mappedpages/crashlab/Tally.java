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
    private final AtomicLong sum = new AtomicLong();

    Tally() {
        for (int i = 0; i < SHARDS; i++) {
            all[i] = new LongSet();
        }
    }

    /** An image was checked that came up in {@code operation}. */
    void checked(String operation, long hash) {
        checks.incrementAndGet();
        sum.addAndGet(Hashes.mix(hash));
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

    /** {@return a number that two laboratories have in common if they looked at the same images} */
    long sum() {
        return sum.get();
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

    /** How many different images there were in each operation, and in all. */
    void report(String name) {
        Report report = new Report(name, "cut in", "distinct disks");
        synchronized (byOperation) {
            byOperation.forEach((operation, hashes) -> {
                synchronized (hashes) {
                    report.row(operation, Report.number(hashes.size()));
                }
            });
        }
        report.row("distinct disks in all", Report.number(distinct()));
        report.row("openings of such disks that were checked", Report.number(checks()));
        report.write();
    }
}
