package io.mappedpages.crashlab;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

import io.mappedpages.CommitMode;
import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.PagerBuilder;
import io.mappedpages.ProtectedPageId;
import io.mappedpages.RecoveryReport;
import io.mappedpages.StagedPage;
import io.mappedpages.Transaction;

/**
 * Accounts, a protected page each, and tellers, who have one each, too: how many transactions the teller has made, and in which regular
 * page the last one's statement is. Money is neither made nor lost, whatever is killed.
 */
final class Bank {

    private static final int TELLERS = 4;
    private static final int ACCOUNTS = 24;
    private static final long EACH = 1000;
    private static final long LONGEST_MILLIS = Lab.LONG ? 1500 : 400;
    private static final int AT_START = 40;

    private Bank() {
    }

    static PagerBuilder builder(Path file) {
        return Pager.builder(file).pageSizeLog2(10).borrowTimeout(Duration.ofMillis(20));
    }

    /** The accounts, which come after the tellers. */
    static List<ProtectedPageId> accounts(Pager pager) {
        return pager.allocatedProtectedPages().skip(TELLERS).toList();
    }

    static long balance(StagedPage account) {
        return account.bytes().get(ValueLayout.JAVA_LONG, 0);
    }

    static void move(Transaction transaction, ProtectedPageId from, ProtectedPageId to, long amount) {
        MemorySegment source = transaction.write(from).bytes();
        MemorySegment target = transaction.write(to).bytes();
        source.set(ValueLayout.JAVA_LONG, 0, source.get(ValueLayout.JAVA_LONG, 0) - amount);
        target.set(ValueLayout.JAVA_LONG, 0, target.get(ValueLayout.JAVA_LONG, 0) + amount);
    }

    /** {@return how many the teller has made with this one} The statement before is thrown away. */
    static long writeStatement(Transaction transaction, int teller) {
        MemorySegment own = transaction.write(new ProtectedPageId(teller)).bytes();
        long count = own.get(ValueLayout.JAVA_LONG, 0) + 1;
        long before = own.get(ValueLayout.JAVA_LONG, 8);
        PageId statement = transaction.alloc();
        MemorySegment bytes = transaction.write(statement).bytes();
        for (long at = 0; at < bytes.byteSize(); at += Long.BYTES) {
            bytes.set(ValueLayout.JAVA_LONG, at, count);
        }
        if (before != 0) {
            transaction.free(new PageId(before));
        }
        own.set(ValueLayout.JAVA_LONG, 0, count);
        own.set(ValueLayout.JAVA_LONG, 8, statement.number());
        return count;
    }

    /** {@return how many transactions all processes had acknowledged} */
    static long killAgainAndAgain(Path file, CommitMode mode, int times, long seed) throws Exception {
        try (Pager pager = builder(file).commitMode(mode).create()) {
            pager.allocProtectedBulk(TELLERS);
            pager.transact(transaction -> {
                for (ProtectedPageId account : transaction.allocProtectedBulk(ACCOUNTS)) {
                    transaction.write(account).bytes().set(ValueLayout.JAVA_LONG, 0, EACH);
                }
                return ACCOUNTS;
            });
        }
        Random random = new Random(seed);
        long[] acknowledged = new long[TELLERS];
        for (int round = 0; round < times; round++) {
            killOne(file, mode, random, acknowledged);
            try (Quiet _ = new Quiet(); Pager pager = builder(file).commitMode(mode).open()) {
                check(pager, acknowledged);
            } catch (LabFailure e) {
                throw new LabFailure("round " + round + " of seed " + seed + ": " + e.getMessage(), e);
            }
        }
        long sum = 0;
        for (long each : acknowledged) {
            sum += each;
        }
        if (sum < times) {
            throw new LabFailure("the tellers have hardly done anything: " + sum);
        }
        return sum;
    }

    private static void killOne(Path file, CommitMode mode, Random random, long[] acknowledged) throws Exception {
        Process child = new ProcessBuilder(KilledProcesses.java(BankChild.class, file.toString(),
                Long.toString(random.nextLong() >>> 1), Integer.toString(TELLERS), mode.name()))
                .redirectError(Redirect.INHERIT).start();
        try (BufferedReader said = new BufferedReader(
                new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
            String line = said.readLine();
            Thread killer = KilledProcesses.killSoon(child,
                    line == null ? 0 : (AT_START + random.nextLong(LONGEST_MILLIS)) * 1000);
            for (; line != null; line = said.readLine()) {
                String[] words = line.split(" ");
                if (words.length == 2) {
                    acknowledged[Integer.parseInt(words[0])] = Long.parseLong(words[1]);
                }
            }
            killer.join();
        } finally {
            KilledProcesses.kill(child);
            child.waitFor();
        }
    }

    private static void check(Pager pager, long[] acknowledged) {
        Oracle.requireSound(pager);
        if (pager.recovery().map(RecoveryReport::loss).orElse(RecoveryReport.Loss.NONE) != RecoveryReport.Loss.NONE) {
            throw new LabFailure("a killed process is reported as a loss: " + pager.recovery());
        }
        long sum = 0;
        for (ProtectedPageId account : accounts(pager)) {
            try (var page = pager.read(account)) {
                sum += page.bytes().get(ValueLayout.JAVA_LONG, 0);
            }
        }
        if (sum != ACCOUNTS * EACH) {
            throw new LabFailure("there is money of " + sum + ", and there was of " + ACCOUNTS * EACH);
        }
        int statements = 0;
        for (int teller = 0; teller < TELLERS; teller++) {
            try (var page = pager.read(new ProtectedPageId(teller))) {
                long count = page.bytes().get(ValueLayout.JAVA_LONG, 0);
                if (count < acknowledged[teller] || count > acknowledged[teller] + 1) {
                    throw new LabFailure("teller " + teller + " has made " + count + " transactions, and said "
                            + acknowledged[teller]);
                }
                acknowledged[teller] = count;
                long statement = page.bytes().get(ValueLayout.JAVA_LONG, 8);
                statements += statement == 0 ? 0 : 1;
                checkStatement(pager, statement, count);
            }
        }
        if (pager.allocatedPages().count() != statements) {
            throw new LabFailure("there are statements that nobody knows of");
        }
    }

    private static void checkStatement(Pager pager, long statement, long count) {
        if (statement != 0) {
            try (var page = pager.read(new PageId(statement))) {
                for (long at = 0; at < page.size(); at += Long.BYTES) {
                    if (page.bytes().get(ValueLayout.JAVA_LONG, at) != count) {
                        throw new LabFailure("statement " + count + " is not whole");
                    }
                }
            }
        }
    }
}
