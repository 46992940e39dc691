package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.mappedpages.testing.Background;
import io.mappedpages.testing.PageFiles;

/** Backups, one after the other, of a file that several threads change without a pause, each in its own way. */
class BackupStressTest {

    private static final int BACKUPS = Integer.getInteger("mappedpages.test.backups", 6);
    private static final int ACCOUNTS = 200;
    private static final int REGULAR = 300;
    private static final long TO_BEGIN_WITH = 1_000;

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();
    private final AtomicBoolean over = new AtomicBoolean();

    @ParameterizedTest
    @EnumSource(CommitMode.class)
    void everyBackupIsOfOneMomentAndNoRegularPageIsTorn(CommitMode mode) throws Exception {
        Pager pager = files.add(
                files.builder(12).commitMode(mode).initialSize(4L << 20).growthStep(1L << 20).reserve(false).create());
        List<ProtectedPageId> accounts = pager.allocProtectedBulk(ACCOUNTS);
        accounts.forEach(account -> Pages.fill(pager, account, 0));
        pager.transact(transaction -> {
            accounts.forEach(
                    account -> transaction.write(account).bytes().set(ValueLayout.JAVA_LONG, 0, TO_BEGIN_WITH));
            return true;
        });
        List<PageId> regular = pager.allocBulk(REGULAR);
        List<Background<?>> threads = new ArrayList<>();
        threads.add(Background.run(() -> transfer(pager, accounts, 1)));
        threads.add(Background.run(() -> transfer(pager, accounts, 2)));
        threads.add(Background.run(() -> store(pager, regular)));
        threads.add(Background.run(() -> growAndTrim(pager)));
        threads.add(Background.run(() -> insert(pager)));
        threads.add(Background.run(() -> insert(pager)));
        try {
            for (int i = 0; i < BACKUPS; i++) {
                Path target = files.path();
                BackupReport report = pager.backup(target);
                try (Pager backup = Pager.open(target)) {
                    assertThat(backup.verify().findings()).as("backup %d, %s", i, report).isEmpty();
                    assertThat(backup.recovery().map(RecoveryReport::loss)).as("backup %d, %s", i, report)
                            .isNotEqualTo(Optional.of(RecoveryReport.Loss.POSSIBLE));
                    assertThat(backup.stats().generation()).isEqualTo(report.generation());
                    assertThat(
                            accounts.stream().mapToLong(account -> backup.read(account, BackupStressTest::first)).sum())
                            .isEqualTo(ACCOUNTS * TO_BEGIN_WITH);
                    regular.forEach(page -> backup.read(page, bytes -> assertThat(bytes.mismatch(
                            bytes.asSlice(8))).isEqualTo(bytes.byteSize() - 8)));
                }
                Files.delete(target);
            }
        } finally {
            over.set(true);
            for (Background<?> thread : threads) {
                thread.result();
            }
        }
    }

    private static long first(MemorySegment bytes) {
        return bytes.get(ValueLayout.JAVA_LONG, 0);
    }

    private void transfer(Pager pager, List<ProtectedPageId> accounts, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        while (!over.get()) {
            int from = random.nextInt(ACCOUNTS);
            int to = random.nextInt(ACCOUNTS);
            if (from != to) {
                pager.transact(transaction -> {
                    add(transaction, accounts.get(Math.min(from, to)), -1);
                    add(transaction, accounts.get(Math.max(from, to)), 1);
                    return true;
                });
            }
        }
    }

    private static void add(Transaction transaction, ProtectedPageId account, long amount) {
        MemorySegment bytes = transaction.write(account).bytes();
        bytes.set(ValueLayout.JAVA_LONG, 0, first(bytes) + amount);
    }

    /** Each page has one number all over whenever nobody is storing into it. */
    private void store(Pager pager, List<PageId> regular) {
        for (long number = 1; !over.get(); number++) {
            try (WritablePage page = pager.write(regular.get((int) (number % REGULAR)))) {
                MemorySegment bytes = page.bytes();
                for (long at = 0; at < bytes.byteSize(); at += Long.BYTES) {
                    bytes.set(ValueLayout.JAVA_LONG, at, number);
                }
            }
        }
    }

    /** New pages are written while nobody knows of them yet, by who waits for another commit. */
    private void insert(Pager pager) {
        List<ProtectedPageId> made = new ArrayList<>();
        for (int number = 1; !over.get(); number++) {
            byte content = (byte) number;
            made.add(pager.transact(transaction -> {
                ProtectedPageId id = transaction.allocProtected();
                transaction.write(id).bytes().fill(content);
                return id;
            }));
            if (made.size() == 100) {
                pager.freeProtectedBulk(made);
                made.clear();
            }
        }
    }

    /** Nodes, copies and the journal move to and fro. */
    private void growAndTrim(Pager pager) {
        while (!over.get()) {
            List<PageId> pages = pager.allocBulk(2_000);
            List<ProtectedPageId> guarded = pager.allocProtectedBulk(50);
            guarded.forEach(id -> Pages.fill(pager, id, 0x11));
            pager.freeBulk(pages);
            pager.trim();
            pager.freeProtectedBulk(guarded);
        }
    }
}
