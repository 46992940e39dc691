package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.internal.storage.PageSource;
import io.mappedpages.internal.storage.StorageProvider;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;

/** What a writer does between any two reads of one who only reads the same file. */
class ReadOnlyInterleavingsTest {

    private static final int PAGES = 12;
    /** More reads than any of the calls makes when nobody disturbs it. */
    private static final int MOST_READS = 60;

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private Pager writer;
    private List<ProtectedPageId> ids;
    private int value;
    /** Reads since {@link #after}. */
    private volatile int reads;
    private volatile Meanwhile meanwhile = (_, _) -> {
    };

    /** What happens before a read. */
    private interface Meanwhile {
        void before(long offset, int length) throws IOException;
    }

    private void create(CommitMode mode) {
        writer = files.add(files.builder(12).commitMode(mode).journalSize(16 << 10).initialSize(1 << 20).create());
        ids = new ArrayList<>(writer.allocProtectedBulk(PAGES));
        fillAll();
    }

    /** One commit for each page. */
    private void fillAll() {
        value++;
        ids.forEach(id -> fill(id, value));
    }

    private void fill(ProtectedPageId id, int with) {
        try (ProtectedPageWriter page = writer.write(id)) {
            for (long at = 0; at < page.bytes().byteSize(); at += Long.BYTES) {
                page.bytes().set(ValueLayout.JAVA_LONG_UNALIGNED, at, with);
            }
            page.commit();
        }
    }

    private static int valueOf(MemorySegment page) {
        long first = page.get(ValueLayout.JAVA_LONG, 0);
        for (long at = 0; at < page.byteSize(); at += Long.BYTES) {
            assertThat(page.get(ValueLayout.JAVA_LONG, at)).as("word at %d", at).isEqualTo(first);
        }
        return (int) first;
    }

    private ReadOnlyPager open() {
        return PagerOnStorage.on(tellingOfReads(), Pager.builder(writer.path())).openReadOnly();
    }

    private StorageProvider tellingOfReads() {
        return around(StorageProvider.class, new FileStorageProvider(), (name, result) -> name.equals("openToRead")
                ? around(PageSource.class, (PageSource) result, (_, read) -> read, this::beforeCall) : result,
                (_, _) -> {
                });
    }

    private void beforeCall(String name, Object[] arguments) throws IOException {
        if (name.equals("read")) {
            reads++;
            meanwhile.before((long) arguments[0], (int) arguments[3]);
        }
    }

    private interface Result {
        Object of(String method, Object result);
    }

    private interface Before {
        void call(String method, Object[] arguments) throws IOException;
    }

    private static <T> T around(Class<T> type, T behind, Result result, Before before) {
        return type
                .cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
                    before.call(method.getName(), arguments);
                    try {
                        return result.of(method.getName(), method.invoke(behind, arguments));
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    /** Lets {@code action} happen before read number {@code read} of what follows, once. */
    private void before(int read, Runnable action) {
        reads = 0;
        meanwhile = (_, _) -> {
            if (reads == read) {
                action.run();
            }
        };
    }

    private interface Call {
        void run();
    }

    /** Runs {@code call} again and again, with {@code action} before each of its reads in turn. */
    private void atEachRead(Runnable action, Call call) {
        for (int read = 1; read <= MOST_READS; read++) {
            before(read, action);
            call.run();
            if (reads < read) {
                assertThat(read).as("reads").isGreaterThan(1);
                return;
            }
        }
    }

    @ParameterizedTest
    @EnumSource(CommitMode.class)
    void commitsAtAnyMomentOfAnOpeningLeaveSomethingWhole(CommitMode mode) {
        create(mode);
        atEachRead(this::fillAll, () -> {
            int before = value;
            try (ReadOnlyPager reader = open()) {
                for (ProtectedPageId id : ids) {
                    assertThat(valueOf(reader.copy(id))).isBetween(before, value);
                }
                assertThat(reader.recovery().map(RecoveryReport::loss)).isNotEqualTo(RecoveryReport.Loss.POSSIBLE);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(CommitMode.class)
    void commitsAndCheckpointsAtAnyMomentOfARefreshAreSeenInTheirOrder(CommitMode mode) {
        create(mode);
        try (ReadOnlyPager reader = open()) {
            atEachRead(() -> {
                fillAll();
                writer.checkpoint();
                fillAll();
                writer.checkpoint();
                fillAll();
            }, () -> {
                fillAll();
                int before = value;
                reader.refresh();
                for (ProtectedPageId id : ids) {
                    assertThat(valueOf(reader.copy(id))).isBetween(before, value);
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource(CommitMode.class)
    void pagesThatComeAndGoAtAnyMomentOfALookAreNoDamage(CommitMode mode) {
        create(mode);
        try (ReadOnlyPager reader = open()) {
            atEachRead(() -> {
                List<ProtectedPageId> more = writer.allocProtectedBulk(200); // other leaves, and a higher tree
                writer.freeProtectedBulk(more);
                List<PageId> regular = writer.allocBulk(300);
                fillAll();
                writer.freeBulk(regular);
                writer.trim();
                fillAll();
            }, () -> {
                fillAll();
                reader.refresh();
                assertThat(reader.allocatedProtectedPages()).containsAll(ids);
                assertThat(reader.pageMap(0).mapToLong(PageRange::count).sum()).isPositive();
                for (ProtectedPageId id : ids) {
                    valueOf(reader.copy(id));
                }
            });
        }
    }

    /** Beside a writer that is hardly ever at rest. */
    @ParameterizedTest
    @EnumSource(CommitMode.class)
    void aCommitAfterEveryFewReadsKeepsNobodyOut(CommitMode mode) {
        create(mode);
        meanwhile = (_, _) -> {
            if (reads % 5 == 0) {
                value++;
                fill(ids.get(value % PAGES), value);
            }
        };
        try (ReadOnlyPager reader = open()) {
            for (int i = 0; i < 200; i++) {
                valueOf(reader.copy(ids.get(i % PAGES)));
            }
        }
    }

    /** What is verified is one state, or nothing. */
    @ParameterizedTest
    @EnumSource(CommitMode.class)
    void commitsAtAnyMomentOfAVerificationAreNoDamage(CommitMode mode) {
        create(mode);
        Path path = writer.path();
        atEachRead(this::fillAll, () -> {
            try (ReadOnlyPager reader = PagerOnStorage.on(tellingOfReads(), Pager.builder(path)).openReadOnly()) {
                assertThat(reader.verify().findings()).isEmpty();
            }
        });
    }

    /** Where copies of protected pages are that are full of {@code with}. */
    private Set<Long> copiesOf(int with) {
        return Pages.filledWith(new RawPageFile(writer.path()), with).stream().map(page -> page * writer.pageSize())
                .collect(Collectors.toSet());
    }

    /** A record is not unfinished because what it names was written over by the commits behind it. */
    @Test
    void aCommitThatHadReturnedIsSeenEvenIfItsPagesAreWrittenOverWhileItIsLookedAt() {
        writer = files.add(files.builder(12).journalSize(256 << 10).initialSize(4 << 20).create());
        ProtectedPageId x = Pages.fill(writer, Pages.filledProtected(writer, 1), 2);
        ProtectedPageId y = Pages.fill(writer, Pages.filledProtected(writer, 1), 2);
        try (ReadOnlyPager reader = open()) {
            writer.checkpoint();
            writer.transact(both -> {
                both.write(x).bytes().fill((byte) 3);
                both.write(y).bytes().fill((byte) 3);
                return true;
            });
            long committed = writer.stats().generation();
            Set<Long> copies = copiesOf(3);
            boolean[] done = new boolean[1];
            meanwhile = (offset, _) -> {
                if (!done[0] && copies.contains(offset)) {
                    done[0] = true;
                    Pages.fill(writer, x, 4);
                    Pages.fill(writer, x, 5);
                }
            };
            assertThat(reader.refresh()).isGreaterThanOrEqualTo(committed);
            assertThat(done[0]).isTrue();
            Pages.assertFilled(reader.copy(y), 3);
            assertThat(reader.recovery()).isEmpty();
        }
    }

    /** The journal is read by pieces: what is behind the one in memory may be newer, and does not show that something is missing. */
    @Test
    void recordsThatAreWrittenWhileTheJournalIsReadAreNotMissed() {
        writer = files.add(files.builder(12).journalSize(1 << 20).initialSize(8 << 20).create());
        ids = writer.allocProtectedBulk(8);
        writer.checkpoint();
        meanwhile = (_, _) -> fill(ids.get(++value % ids.size()), value);
        for (int i = 0; i < 60; i++) {
            try (ReadOnlyPager reader = open()) {
                assertThat(reader.recovery().map(RecoveryReport::loss))
                        .isNotEqualTo(Optional.of(RecoveryReport.Loss.POSSIBLE));
            }
        }
    }

    /** What is brought on in part is read anew, and not brought on once more. */
    @Test
    void aReadThatFailsInTheMiddleOfARefreshSpoilsNothing() {
        writer = files.add(files.builder(10).journalSize(1 << 20).initialSize(30 << 20).create());
        List<PageId> regular = writer.allocBulk(3312 + 3952 + 500);
        List<ProtectedPageId> few = writer.allocProtectedBulk(890); // with one more, the directory is a level higher
        Pages.fill(writer, few.get(3), 7);
        writer.checkpoint();
        List<ReadOnlyPager> readers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            readers.add(open());
        }
        writer.allocProtectedBulk(20);
        for (int page : new int[] {10, 3312 + 100, 3312 + 3952 + 100}) {
            writer.free(regular.get(page));
        }
        for (int i = 0; i < readers.size(); i++) {
            int[] nodes = {i};
            long[] bad = {-1};
            int[] left = {2}; // one would be tried again
            meanwhile = (offset, length) -> {
                if (length == 1024 && offset >= 3072 && nodes[0]-- == 0) {
                    bad[0] = offset;
                }
                if (offset == bad[0] && left[0]-- > 0) {
                    throw new IOException("bad sector");
                }
            };
            try (ReadOnlyPager reader = readers.get(i)) {
                try {
                    reader.refresh();
                } catch (PagerIoException e) {
                    assertThat(e).hasMessageContaining("bad sector");
                }
                meanwhile = (_, _) -> {
                };
                assertThat(reader.refresh()).isEqualTo(writer.stats().generation());
                assertThat(reader.allocatedProtectedPages().toList())
                        .isEqualTo(writer.allocatedProtectedPages().toList());
                assertThat(reader.pageMap(0).toList()).isEqualTo(writer.pageMap(0).toList());
                Pages.assertFilled(reader.copy(few.get(3)), 7);
            }
        }
    }

    /** The journal lay behind what is the end of the file now. */
    @Test
    void aFileThatWasTrimmedAndClosedIsFollowed() {
        writer = files.add(files.builder(12).initialSize(8 << 10).create());
        ProtectedPageId id = Pages.filledProtected(writer, 1);
        writer.allocBulk(300);
        List<PageId> many = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            many.addAll(writer.allocBulk(1000));
        }
        try (ReadOnlyPager reader = open()) {
            writer.freeBulk(many);
            reader.refresh();
            writer.trim();
            Pages.fill(writer, id, 3);
            writer.close();
            reader.refresh();
            Pages.assertFilled(reader.copy(id), 3);
            assertThat(reader.verify().isSound()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(CommitMode.class)
    void theMapOfPagesIsThatOfALaterCommitWhereItWasWrittenOver(CommitMode mode) {
        writer = files.add(files.builder(10).commitMode(mode).journalSize(64 << 10).initialSize(8 << 20).create());
        List<PageId> many = writer.allocBulk(6000);
        writer.checkpoint();
        try (ReadOnlyPager reader = open()) {
            for (int i = 0; i < 4; i++) {
                writer.free(many.get(5000 + i));
                writer.checkpoint();
            }
            assertThat(reader.pageMap(0)).noneMatch(range -> range.use() == PageUse.UNKNOWN);
        }
    }

    /** A refresh is not content with what another thread had begun to read before. */
    @Test
    void aRefreshBesideAnotherSeesWhatWasCommittedBeforeItBegan() throws Exception {
        writer = files.add(files.builder(12).journalSize(256 << 10).initialSize(4 << 20).create());
        ProtectedPageId id = Pages.filledProtected(writer, 1);
        try (ReadOnlyPager reader = open()) {
            for (int stop = 1; stop < 12; stop++) {
                writer.checkpoint();
                int value = stop + 1;
                CountDownLatch there = new CountDownLatch(1);
                CountDownLatch goOn = new CountDownLatch(1);
                Thread first = new Thread(reader::refresh);
                int[] superblocks = {stop};
                meanwhile = (offset, _) -> {
                    if (Thread.currentThread() == first && offset == 0 && --superblocks[0] == 0) {
                        there.countDown();
                        try {
                            goOn.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    }
                };
                first.start();
                while (there.getCount() > 0 && first.isAlive()) {
                    Thread.sleep(1);
                }
                Pages.fill(writer, id, value);
                long committed = writer.stats().generation();
                long[] seen = new long[1];
                Thread second = new Thread(() -> seen[0] = reader.refresh());
                second.start();
                while (second.isAlive() && second.getState() != Thread.State.WAITING) {
                    Thread.sleep(1);
                }
                goOn.countDown();
                first.join();
                second.join();
                assertThat(seen[0]).as("stopped at look %d", stop).isGreaterThanOrEqualTo(committed);
                Pages.assertFilled(reader.copy(id), value);
            }
        }
    }

    @Test
    void damageIsNamedAlsoBesideAWriterThatIsNeverAtRest() {
        writer = files.add(files.builder(12).journalSize(1 << 20).initialSize(4 << 20).create());
        ProtectedPageId bad = Pages.filledProtected(writer, 77);
        ProtectedPageId other = Pages.filledProtected(writer, 1);
        files.damaged(writer.path());
        RawPageFile raw = new RawPageFile(writer.path());
        long at = Pages.filledWith(raw, 77).getFirst() * 4096;
        raw.write(at + 5, (byte) 1);
        try (ReadOnlyPager reader = open()) {
            int[] commits = {0};
            meanwhile = (offset, _) -> {
                if (offset == at) {
                    Pages.fill(writer, other, ++commits[0]);
                }
            };
            assertThatExceptionOfType(CorruptPageException.class).isThrownBy(() -> reader.copy(bad));
            assertThat(commits[0]).isLessThan(10);
        }
    }

    @Test
    void damageIsNamedAlsoWithoutPatience() {
        writer = files.add(files.builder(12).initialSize(4 << 20).create());
        ProtectedPageId bad = Pages.filledProtected(writer, 77);
        writer.close();
        files.damaged(writer.path());
        RawPageFile raw = new RawPageFile(writer.path());
        raw.write(Pages.filledWith(raw, 77).getFirst() * 4096 + 5, (byte) 1);
        PagerBuilder impatient = Pager.builder(writer.path()).borrowTimeout(Duration.ZERO);
        try (ReadOnlyPager reader = impatient.openReadOnly()) {
            assertThatExceptionOfType(CorruptPageException.class).isThrownBy(() -> reader.copy(bad));
        }
        raw.write(4096 + 20, (byte) 1);
        raw.write(8192 + 20, (byte) 1);
        assertThatExceptionOfType(CorruptMetadataException.class).isThrownBy(impatient::openReadOnly);
    }
}
