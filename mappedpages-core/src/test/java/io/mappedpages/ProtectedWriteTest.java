package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filledProtected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.Background;
import io.mappedpages.testing.PageFiles;

/** A protected page changes whole, when its commit returns, or not at all. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class ProtectedWriteTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    @ParameterizedTest
    @ValueSource(ints = {10, 12, 16})
    void commitMakesTheContentVisibleAndDurable(int log2) {
        Pager pager = files.create(log2);
        ProtectedPageId id = filledProtected(pager, 1);

        for (int i = 2; i < 6; i++) {
            assertFilled(pager, fill(pager, id, i), i);
            pager = files.openAnew(pager);
            assertFilled(pager, id, i);
        }
    }

    @Test
    void closingWithoutCommitDiscards() {
        Pager pager = files.create(10);
        ProtectedPageId id = filledProtected(pager, 1);

        for (int i = 0; i < 3; i++) {
            try (ProtectedPageWriter page = pager.write(id)) {
                page.bytes().fill((byte) 2);
            }
            assertFilled(pager, id, 1);
        }

        assertFilled(files.openAnew(pager), id, 1);
    }

    @Test
    void aWriterBeginsWithTheCurrentContentAndMayChangeAPartOfIt() {
        Pager pager = files.create(16);
        ProtectedPageId id = filledProtected(pager, 1);
        try (ProtectedPageWriter page = pager.write(id)) {
            assertFilled(page.bytes(), 1);
            page.bytes().set(ValueLayout.JAVA_BYTE, 40_000, (byte) 9);
            page.commit();
        }

        try (ProtectedPageWriter page = pager.write(id); MappedPage current = pager.read(id)) {
            assertThat(page.bytes().mismatch(current.bytes())).isEqualTo(-1);
            assertThat(current.bytes().get(ValueLayout.JAVA_BYTE, 40_000)).isEqualTo((byte) 9);
            page.bytes().set(ValueLayout.JAVA_BYTE, 40_000, (byte) 1);
            assertThat(current.bytes().get(ValueLayout.JAVA_BYTE, 40_000)).isEqualTo((byte) 9);
            page.commit();
        }

        assertFilled(pager, id, 1);
    }

    @Test
    void aCommitEndsTheWriterAndClosingItAfterwardsHasNoEffect() {
        Pager pager = files.add(files.builder(10).borrowTimeout(Duration.ZERO).create());
        ProtectedPageId id = filledProtected(pager, 1);
        ProtectedPageWriter committed = pager.write(id);
        MemorySegment buffer = committed.bytes();
        buffer.fill((byte) 2);
        committed.commit();

        ProtectedPageWriter next = pager.write(id);
        buffer.fill((byte) 3); // of a writer that is finished
        committed.close();

        assertThatExceptionOfType(PageBorrowedException.class).isThrownBy(() -> pager.write(id));
        next.close();
        assertFilled(pager, id, 2);
    }

    /** At each of the writes and syncs of a commit somebody reads: the old content, and without waiting. */
    @Test
    void readersSeeTheOldContentUntilTheCommitIsDurableAndDoNotWaitForIt() {
        FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());
        Pager pager = files.add(files.builder(10).storage(storage).create());
        ProtectedPageId id = filledProtected(pager, 1);
        PageId other = Pages.filled(pager, 5);
        AtomicInteger looks = new AtomicInteger();
        Runnable look = () -> {
            Background.run(() -> {
                assertFilled(pager, id, 1);
                assertFilled(pager, other, 5);
                assertThat(pager.freePageCount()).isNotNegative();
                assertThat(pager.allocatedPages().findFirst()).hasValue(other);
            }).result();
            looks.incrementAndGet();
        };
        storage.reset();
        lookBeforeEach(storage, Call.WRITE, look);
        lookBeforeEach(storage, Call.SYNC_RANGES, look);

        fill(pager, id, 2);

        storage.reset();
        assertThat(looks.get()).as("writes and syncs of the commit").isGreaterThanOrEqualTo(6);
        assertFilled(pager, id, 2);
    }

    /**
     * Who had no patience at all was refused again and again: what was new could be seen before the thread that had
     * committed it gave the latch back.
     */
    @Test
    void aReaderWithoutPatienceIsNeverRefusedHoweverOftenTheContentChanges() {
        Pager pager = files.add(files.builder(10).borrowTimeout(Duration.ZERO).create());
        ProtectedPageId id = filledProtected(pager, 1);
        AtomicBoolean over = new AtomicBoolean();
        Background<Integer> refused = Background.start(() -> {
            int count = 0;
            while (!over.get()) {
                try (MappedPage page = pager.read(id)) {
                    uniform(page.bytes());
                } catch (PageBorrowedException e) {
                    count++;
                }
            }
            return count;
        });

        for (int i = 0, written = 0; written < 500; i++) {
            try {
                fill(pager, id, i % 100);
                written++;
            } catch (PageBorrowedException e) {
                Thread.onSpinWait(); // a reader of the content before
            }
        }
        over.set(true);

        assertThat(refused.result()).as("refused").isZero();
    }

    /**
     * A second writer waited for the copy that the first one wrote. That became the current one, and as long as there was
     * always a reader of it, the second writer waited, though the other copy was free.
     */
    @Test
    void aSecondWriterIsNotKeptWaitingByReadersOfTheCurrentContent() {
        Pager pager = files.add(files.builder(10).borrowTimeout(Duration.ofSeconds(1)).create());
        ProtectedPageId id = filledProtected(pager, 1);
        for (int round = 0; round < 40; round++) {
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger others = new AtomicInteger();
            ProtectedPageWriter first = pager.write(id);
            List<Background<Boolean>> readers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                readers.add(Background.run(() -> readWithoutGap(pager, id, others, over)));
            }
            Background<Boolean> second = Background.run(() -> pager.write(id).close()).untilItWaits();
            first.commit();

            try {
                second.result();
            } finally {
                over.set(true);
                readers.forEach(Background::result);
            }
        }
    }

    /** Reads again and again; gives the page back only when another one has it, too. */
    private static void readWithoutGap(Pager pager, ProtectedPageId id, AtomicInteger others, AtomicBoolean over) {
        while (!over.get()) {
            try (MappedPage _ = pager.read(id)) {
                others.incrementAndGet();
                for (int i = 0; i < 1000 && others.get() < 2 && !over.get(); i++) {
                    LockSupport.parkNanos(50_000);
                }
                others.decrementAndGet();
            } catch (PageBorrowedException e) {
                Thread.onSpinWait(); // what others are refused is not the question here
            }
        }
    }

    private static void lookBeforeEach(FaultyStorageProvider storage, Call call, Runnable look) {
        storage.beforeNext(call, () -> {
            look.run();
            lookBeforeEach(storage, call, look);
        });
    }

    @Test
    void aViewShowsTheContentItWasTakenOfWhateverIsCommittedMeanwhile() {
        Pager pager = files.create(10);
        ProtectedPageId id = filledProtected(pager, 1);
        MappedPage first = pager.read(id);
        fill(pager, id, 2);
        MappedPage second = pager.read(id);

        assertFilled(first.bytes(), 1);
        assertFilled(second.bytes(), 2);
        first.close();
        fill(pager, id, 3);
        assertFilled(second.bytes(), 2);
        second.close();
    }

    @Test
    void writersOfDifferentPagesDoNotMindEachOther() {
        Pager pager = files.create(10);
        List<ProtectedPageId> ids = pager.allocProtectedBulk(5);
        List<ProtectedPageWriter> writers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ProtectedPageWriter writer = pager.write(ids.get(i));
            writer.bytes().fill((byte) (i + 1));
            writers.add(writer);
        }
        writers.get(3).commit();
        writers.get(0).commit();
        writers.get(1).close();
        pager.alloc();
        writers.get(4).commit();
        writers.get(2).close();

        int[] expected = {1, 0, 0, 4, 5};
        for (int i = 0; i < 5; i++) {
            assertFilled(pager, ids.get(i), expected[i]);
        }
        writers.forEach(writer -> assertThatCode(writer::close).doesNotThrowAnyException());
    }

    /**
     * Four writers count up in one page while four readers look: no count is lost, no reader sees a mixture, and none sees
     * the count go back.
     */
    @Test
    void countersInOnePageAreNeverTornNorLostNorSeenGoingBack() {
        Pager pager = files.add(files.builder(12).borrowTimeout(Duration.ofSeconds(60)).create());
        ProtectedPageId id = pager.allocProtected();
        int each = 150;
        AtomicBoolean over = new AtomicBoolean();
        List<Background<Boolean>> readers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            readers.add(Background.run(() -> {
                int last = 0;
                while (!over.get()) {
                    try (MappedPage page = pager.read(id)) {
                        int count = uniform(page.bytes());
                        assertThat(count).isGreaterThanOrEqualTo(last);
                        last = count;
                    }
                    Thread.yield();
                }
            }));
        }
        List<Background<Boolean>> writers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            writers.add(Background.run(() -> {
                for (int n = 0; n < each; n++) {
                    try (ProtectedPageWriter page = pager.write(id)) {
                        int next = uniform(page.bytes()) + 1;
                        for (int at = 0; at < page.size(); at += Integer.BYTES) {
                            page.bytes().set(ValueLayout.JAVA_INT_UNALIGNED, at, next);
                        }
                        page.commit();
                    }
                }
            }));
        }
        writers.forEach(Background::result);
        over.set(true);
        readers.forEach(Background::result);

        try (MappedPage page = files.openAnew(pager).read(id)) {
            assertThat(uniform(page.bytes())).isEqualTo(4 * each);
        }
    }

    /** The number that the whole page is made of. */
    private static int uniform(MemorySegment bytes) {
        int first = bytes.get(ValueLayout.JAVA_INT_UNALIGNED, 0);
        for (int at = Integer.BYTES; at < bytes.byteSize(); at += Integer.BYTES) {
            int here = bytes.get(ValueLayout.JAVA_INT_UNALIGNED, at);
            if (here != first) {
                throw new AssertionError("torn: " + first + " at 0 and " + here + " at " + at);
            }
        }
        return first;
    }
}
