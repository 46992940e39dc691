package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;
import io.mappedpages.testing.Seed;

/** With a journal a commit is one record, and opening makes the changes of all records again. */
class JournalTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private PagerBuilder journaled(int log2, long bytes) {
        return files.builder(log2).commitMode(CommitMode.JOURNAL).journalSize(bytes).reserve(false);
    }

    /** What a process would find if the one that has the file open were killed now. */
    private Pager afterAKill(Pager pager) {
        return files.add(Pager.builder(files.copyOf(pager)).commitMode(CommitMode.JOURNAL).open());
    }

    private static RawPageFile raw(Pager pager) {
        return new RawPageFile(pager.path());
    }

    private static int checkpoint(Pager pager) {
        RawPageFile file = raw(pager);
        return (int) file.metadata(file.currentMetadata()).generation();
    }

    @Test
    void aCommitWritesOneRecordAndNoCheckpoint() {
        Pager pager = files.add(journaled(12, 64 << 10).initialSize(1 << 20).create());
        PageId first = pager.alloc();
        int before = checkpoint(pager);
        PageId second = pager.alloc();
        ProtectedPageId third = Pages.filledProtected(pager, 3);
        pager.free(first);
        assertThat(checkpoint(pager)).isEqualTo(before);

        Pager found = afterAKill(pager);
        assertThat(found.recovery()).isEmpty();
        assertThat(found.allocatedPages()).containsExactly(second);
        assertThat(found.allocatedProtectedPages()).containsExactly(third);
        Pages.assertFilled(found.protectedPages(), third, 3);
        assertThat(found.verify().isSound()).isTrue();
        assertThat(found.freePageCount()).isEqualTo(pager.freePageCount());
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 20, 32, 64})
    void recordsGoRoundTheRingsAsOftenAsTheyLike(int ringKiB) {
        Pager pager = files.add(journaled(12, (long) ringKiB << 10).create());
        List<ProtectedPageId> ids = pager.allocProtectedBulk(5);
        for (int i = 0; i < 100; i++) {
            Pages.fill(pager, ids.get(i % 5), i);
            if (i % 7 == 0) {
                Pager found = afterAKill(pager);
                for (int j = Math.max(0, i - 4); j <= i; j++) {
                    Pages.assertFilled(found.protectedPages(), ids.get(j % 5), j);
                }
                assertThat(found.verify().isSound()).isTrue();
                found.close();
            }
        }
        assertThat(pager.verify().isSound()).isTrue();
    }

    @Test
    void whatDoesNotFitARecordIsAPairOfCheckpoints() {
        Pager pager = files.add(journaled(12, 16 << 10).create());
        List<PageId> ids = pager.allocBulk(2000);
        List<PageId> everySecond = new ArrayList<>();
        for (int i = 0; i < ids.size(); i += 2) {
            everySecond.add(ids.get(i));
        }
        pager.freeBulk(everySecond);
        Pager found = afterAKill(pager);
        assertThat(found.allocatedPages().count()).isEqualTo(1000);
        assertThat(found.verify().isSound()).isTrue();
    }

    @Test
    void aFileGetsAJournalWhenItHasGrown() {
        Pager pager = files.add(files.builder(12).commitMode(CommitMode.JOURNAL).create());
        assertThat(raw(pager).metadata(raw(pager).currentMetadata()).rings().exist()).isFalse();
        pager.allocBulk(600);
        assertThat(raw(pager).metadata(raw(pager).currentMetadata()).rings().pages()).isBetween(16, 32);
        int before = checkpoint(pager);
        PageId one = pager.alloc();
        assertThat(checkpoint(pager)).isEqualTo(before);
        assertThat(afterAKill(pager).allocatedPages()).contains(one);
        pager.allocBulk(20_000);
        assertThat(raw(pager).metadata(raw(pager).currentMetadata()).rings().pages()).isGreaterThan(60);
        assertThat(pager.verify().isSound()).isTrue();
        assertThat(afterAKill(pager).verify().isSound()).isTrue();
    }

    @Test
    void withoutAJournalWantedOneThatIsThereIsGivenUp() {
        Pager pager = files.add(journaled(12, 64 << 10).create());
        PageId id = Pages.filled(pager, 1);
        long free = pager.freePageCount();
        pager.close();
        Pager plain = files.add(Pager.builder(pager.path()).commitMode(CommitMode.CHECKPOINT).open());
        assertThat(plain.allocatedPages()).containsExactly(id);
        plain.alloc();
        assertThat(raw(plain).metadata(raw(plain).currentMetadata()).rings().exist()).isFalse();
        assertThat(plain.freePageCount()).isEqualTo(free + 32 - 1);
        assertThat(plain.verify().isSound()).isTrue();
    }

    /** The states of rings that are made with a file stand in its metadata page, which has no room for those of longer ones. */
    @ParameterizedTest
    @CsvSource({"10, 1600", "10, 1664", "10, 4096", "10, 65536", "12, 32768"})
    void aNewFileHasAJournalAsLongAsWasAskedFor(int log2, int ringKiB) {
        Pager pager = files.add(journaled(log2, (long) ringKiB << 10).create());
        assertThat(ringBytes(pager)).isEqualTo(ringKiB << 10);
        pager.alloc(); // the first change of an opening is a checkpoint
        int before = checkpoint(pager);
        ProtectedPageId id = Pages.filledProtected(pager, 1);
        assertThat(checkpoint(pager)).as("the journal is in use").isEqualTo(before);
        Pager found = afterAKill(pager);
        Pages.assertFilled(found.protectedPages(), id, 1);
        assertThat(ringBytes(found)).isEqualTo(ringKiB << 10);
        assertThat(found.verify().isSound()).isTrue();
    }

    /** Without the room that the growth makes for it the doubling would be too short. */
    @Test
    void aFileWhoseJournalIsShorterThanAskedForGetsALongerOneWhenItGrows() {
        Pager small = files.add(journaled(12, 64 << 10).create());
        ProtectedPageId id = Pages.filledProtected(small, 1);
        small.close();
        Pager pager = files.add(Pager.builder(small.path()).commitMode(CommitMode.JOURNAL).journalSize(1 << 20)
                .reserve(false).open());
        pager.allocBulk((int) pager.freePageCount() + 1);
        assertThat(ringBytes(pager)).isEqualTo(1 << 20);
        Pages.assertFilled(afterAKill(pager).protectedPages(), id, 1);
    }

    private static int ringBytes(Pager pager) {
        return raw(pager).metadata(raw(pager).currentMetadata()).rings().bytes(raw(pager).geometry());
    }

    /** Who has been told to write copies, and settles, must not be met by somebody who chose a copy before. */
    @Test
    void manyWritersAtOnceAfterAKillLoseNothing() throws InterruptedException {
        Pager pager = files.add(journaled(12, 64 << 10).initialSize(1 << 20).create());
        List<ProtectedPageId> ids = pager.allocProtectedBulk(3);
        for (ProtectedPageId id : ids) {
            Pages.fill(pager, id, 1);
        }
        for (int round = 0; round < 20; round++) {
            Pager found = afterAKill(pager);
            List<Thread> writers = new ArrayList<>();
            List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
            for (int i = 0; i < 6; i++) {
                int own = i;
                writers.add(Thread.ofPlatform().start(() -> {
                    try {
                        for (int turn = 0; turn < 5; turn++) {
                            Pages.fill(found, ids.get(own % 3), 7);
                            Pages.filled(found, 9);
                        }
                    } catch (RuntimeException | Error e) {
                        failures.add(e);
                    }
                }));
            }
            for (Thread writer : writers) {
                writer.join();
            }
            assertThat(failures).isEmpty();
            ids.forEach(id -> Pages.assertFilled(found.protectedPages(), id, 7));
            found.allocatedPages().forEach(id -> Pages.assertFilled(found.pages(), id, 9));
            assertThat(found.verify().findings()).isEmpty();
            found.close();
        }
    }

    @Test
    void nothingIsWrittenWhenAFileWithRecordsIsOnlyRead() throws IOException {
        Pager pager = files.add(journaled(12, 64 << 10).create());
        Pages.filledProtected(pager, 1);
        Path copy = files.path();
        Files.copy(pager.path(), copy);
        byte[] before = Files.readAllBytes(copy);
        try (Pager found = files.add(Pager.open(copy))) {
            found.verify();
            found.allocatedProtectedPages().forEach(id -> Pages.assertFilled(found.protectedPages(), id, 1));
        }
        assertThat(Files.readAllBytes(copy)).isEqualTo(before);
    }

    /** A long random life with a journal is as the model says, through kills, too. */
    @ParameterizedTest
    @CsvSource({"10, 16", "10, 64", "12, 64", "16, 256"})
    void aRandomLifeIsAsTheModelSaysIt(int log2, int ringKiB) {
        long seed = Seed.next();
        Seed.named(seed, () -> {
            Random random = new Random(seed);
            PagerModel model = new PagerModel(random, files.add(journaled(log2, (long) ringKiB << 10)
                    .growthStep(8L << 20).cacheBytes(random.nextBoolean() ? 1 : 1 << 20).create()));
            for (int allocations : new int[] {80, 50, 20, 70, 10}) {
                for (int i = 0; i < (log2 == 16 ? 60 : 200); i++) {
                    model.step(allocations, 40);
                }
                model.check();
                switch (random.nextInt(3)) {
                    case 0 -> model.trim();
                    case 1 -> model.pager().reopen();
                    default -> {
                        Pager found = afterAKill(model.pager());
                        assertThat(found.recovery()).isEmpty();
                        model.opened(found);
                    }
                }
                model.check();
                assertThat(model.pager().verify().findings()).isEmpty();
            }
        });
    }
}
