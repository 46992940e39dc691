package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FaultyStorageProvider.Fault;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.internal.storage.PageStorage;
import io.mappedpages.internal.storage.StorageProvider;
import io.mappedpages.testing.Background;
import io.mappedpages.testing.RawPageFile;

/** {@link Pager#trim()}: what is free at the end goes back to the file system, and nothing else changes. */
class TrimTest {

    private static final int SMALLEST_PAGES_LOG2 = 10;

    @TempDir
    private Path directory;
    private Path path;

    @BeforeEach
    void nameTheFile() {
        path = directory.resolve("trimmed.pages");
    }

    private Pager create() {
        return Pager.builder(path).pageSizeLog2(SMALLEST_PAGES_LOG2).reserve(false).create();
    }

    @Test
    void aFileWithNothingFreeAtItsEndStaysAsItIs() {
        try (Pager pager = create()) {
            pager.alloc();
            assertThat(pager.trim()).isZero();
            assertThat(pager.pageCount()).isEqualTo(4);
        }
    }

    @Test
    void freePagesBehindTheLastUsedOneAreGivenBack() throws IOException {
        try (Pager pager = create()) {
            PageId first = pager.alloc();
            store(pager, first, 42);
            List<PageId> others = pager.allocBulk(1000);
            long before = pager.pageCount();
            pager.freeBulk(others);

            long given = pager.trim();

            assertThat(given).isEqualTo(before - 4);
            assertThat(pager.pageCount()).isEqualTo(4);
            assertThat(pager.freePageCount()).isZero();
            assertThat(load(pager, first)).isEqualTo(42);
            assertThat(pager.verify().findings()).isEmpty();
        }
        assertThat(Files.size(path)).isEqualTo(4 * 1024);
    }

    @Test
    void pagesThatWereWrittenAreGivenBackAsOthersAre() {
        try (Pager pager = create()) {
            PageId first = pager.alloc();
            List<PageId> others = pager.allocBulk(9_000);
            others.forEach(page -> store(pager, page, 7));
            pager.freeBulk(others);

            pager.trim();

            assertThat(pager.pageCount()).isEqualTo(first.number() + 1);
            assertThat(pager.verify().findings()).isEmpty();
        }
    }

    /** Nodes have no place but among pages that were lent, and these are not to be had while something is borrowed. */
    @Test
    void whileSomethingIsBorrowedNodesMoveAsFarAsTheyCan() {
        try (Pager pager = Pager.builder(path).pageSizeLog2(SMALLEST_PAGES_LOG2).commitMode(CommitMode.CHECKPOINT)
                .reserve(false).create()) {
            PageId first = pager.alloc();
            List<PageId> low = pager.allocBulk(3_500);
            List<ProtectedPageId> ids = pager.allocProtectedBulk(10); // their nodes stand behind the low pages
            low.forEach(page -> store(pager, page, 7));
            pager.freeBulk(low);
            pager.freeProtectedBulk(ids);
            try (MappedPage borrowed = pager.read(first)) {
                pager.trim();
                assertThat(pager.pageCount()).isGreaterThan(3_500);
                assertThat(pager.verify().findings()).isEmpty();
                assertThat(borrowed.bytes().get(ValueLayout.JAVA_LONG, 0)).isZero();
            }

            pager.trim();

            assertThat(pager.pageCount()).as("a page and the node of the directory, twice").isEqualTo(6);
            assertThat(pager.verify().findings()).isEmpty();
        }
    }

    /** Its holes are where the pages were, and nowhere else; a growth that follows finds no zeros but where it needs them. */
    @Test
    void holesArePunchedWhereThePagesWereOnceTheyAreGone() {
        List<ByteRange> holes = new ArrayList<>();
        List<Long> counts = new ArrayList<>();
        Pager[] opened = new Pager[1];
        StorageProvider punching = punching(StorageProvider.class, new FileStorageProvider(), range -> {
            holes.add(range);
            counts.add(opened[0].pageCount());
        });
        try (Pager pager = Pager.builder(path).pageSizeLog2(SMALLEST_PAGES_LOG2).reserve(false).storage(punching)
                .create()) {
            opened[0] = pager;
            pager.alloc();
            List<PageId> others = pager.allocBulk(140_000);
            pager.freeBulk(others);
            long before = pager.pageCount();
            assertThat(pager.trim()).isEqualTo(before - 4);

            assertThat(holes).hasSizeGreaterThan(2);
            long end = before * 1024;
            for (int i = 0; i < holes.size(); i++) {
                assertThat(holes.get(i).offset()).isGreaterThanOrEqualTo(counts.get(i) * 1024);
                assertThat(holes.get(i).length()).isLessThanOrEqualTo(64 << 20);
            }
            assertThat(holes.stream().mapToLong(ByteRange::length).sum()).isEqualTo(end - 4 * 1024);
            assertThat(holes.stream().mapToLong(ByteRange::offset).min()).hasValue(4 * 1024);
            assertThat(holes.stream().mapToLong(ByteRange::end).max()).hasValue(end);
        }
    }

    /** The first step has given most of the pages back; then somebody needs more of the rest than there is before the end. */
    @Test
    void anAllocationThatNeedsThePagesGetsThemAndEndsTheTrim() {
        List<PageId> taken = new ArrayList<>();
        Pager[] opened = new Pager[1];
        StorageProvider punching = punching(StorageProvider.class, new FileStorageProvider(), _ -> {
            if (taken.isEmpty()) {
                taken.addAll(Background.start(() -> opened[0].allocBulk(5_000)).result());
            }
        });
        try (Pager pager = Pager.builder(path).pageSizeLog2(SMALLEST_PAGES_LOG2).reserve(false).storage(punching)
                .create()) {
            opened[0] = pager;
            pager.freeBulk(pager.allocBulk(140_000));
            long before = pager.pageCount();
            assertThat(pager.trim()).isPositive().isEqualTo(before - pager.pageCount());

            assertThat(taken).hasSize(5_000);
            assertThat(pager.pageCount()).isGreaterThan(taken.getLast().number());
            assertThat(pager.allocatedPages()).containsExactlyElementsOf(taken);
            taken.forEach(page -> assertThat(load(pager, page)).isZero());
            assertThat(pager.verify().findings()).isEmpty();
            pager.freeBulk(taken);
            pager.trim();
            assertThat(pager.pageCount()).isEqualTo(4);
        }
    }

    @Test
    void aGrowthThatWaitsForATrimEndsIt() {
        List<Background<List<PageId>>> growing = new ArrayList<>();
        Pager[] opened = new Pager[1];
        StorageProvider punching = punching(StorageProvider.class, new FileStorageProvider(), _ -> {
            if (growing.isEmpty()) {
                int more = Math.toIntExact(opened[0].freePageCount() + 1_000);
                growing.add(Background.start(() -> opened[0].allocBulk(more)));
                while (growing.getFirst().thread().getState() != Thread.State.WAITING) {
                    Thread.onSpinWait();
                }
            }
        });
        try (Pager pager = Pager.builder(path).pageSizeLog2(SMALLEST_PAGES_LOG2).reserve(false).storage(punching)
                .create()) {
            opened[0] = pager;
            PageId first = pager.alloc();
            pager.freeBulk(pager.allocBulk(140_000));
            long before = pager.pageCount();
            long given = pager.trim();
            assertThat(given).isPositive().isLessThan(before - first.number() - 1);

            List<PageId> taken = growing.getFirst().result();
            assertThat(pager.pageCount()).isGreaterThan(before - given);
            assertThat(load(pager, taken.getFirst()) + load(pager, taken.getLast())).isZero();
            assertThat(pager.verify().findings()).isEmpty();
        }
    }

    private interface Hole {
        void at(ByteRange range);
    }

    /** Hands every call on, but for holes: these are told. */
    private static <T> T punching(Class<T> type, T real, Hole hole) {
        return type
                .cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
                    if (method.getName().equals("punchHole")) {
                        hole.at((ByteRange) arguments[0]);
                        return true;
                    }
                    try {
                        Object result = method.invoke(real, arguments);
                        return method.getName().equals("open")
                                ? punching(PageStorage.class, (PageStorage) result, hole)
                                : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    @Test
    void freePagesBeforeTheLastUsedOneStay() {
        try (Pager pager = create()) {
            List<PageId> pages = pager.allocBulk(100);
            PageId last = pages.getLast();
            store(pager, last, 7);
            pager.freeBulk(pages.subList(0, 99));
            pager.trim();
            assertThat(pager.pageCount()).isEqualTo(last.number() + 1);
            assertThat(load(pager, last)).isEqualTo(7);
            assertThat(pager.verify().findings()).isEmpty();
        }
    }

    /** 3,312 states stand in the metadata page, 3,952 in a leaf, 30 leaves under one node: two levels and more. */
    @ParameterizedTest
    @ValueSource(ints = {3_000, 4_000, 12_000, 130_000})
    void afterEverythingWasFreedTheFileIsAsShortAsANewOne(int pages) throws IOException {
        try (Pager pager = create()) {
            pager.freeBulk(pager.allocBulk(pages));
            pager.trim();
            assertThat(pager.verify().findings()).isEmpty();
            assertThat(pager.pageCount()).isEqualTo(4);
        }
        assertThat(Files.size(path)).isEqualTo(4 * 1024);
        try (Pager pager = Pager.open(path)) {
            assertThat(pager.recovery()).isEmpty();
            assertThat(pager.verify().findings()).isEmpty();
            List<PageId> again = pager.allocBulk(pages);
            assertThat(load(pager, again.getLast())).isZero();
            assertThat(pager.verify().findings()).isEmpty();
        }
    }

    @Test
    void nodesOfTheDirectoryMoveOutOfTheWay() {
        try (Pager pager = create()) {
            List<PageId> filler = pager.allocBulk(5_000);
            List<ProtectedPageId> kept = pager.allocProtectedBulk(40);
            pager.freeBulk(filler);
            // Copies of the protected pages lie behind the filler and cannot move; free all but one of them.
            ProtectedPageId survivor = kept.getFirst();
            try (ProtectedPageWriter writer = pager.write(survivor)) {
                writer.bytes().set(ValueLayout.JAVA_LONG, 0, 77);
                writer.commit();
            }
            pager.freeProtectedBulk(kept.subList(1, kept.size()));
            long before = pager.pageCount();
            assertThat(pager.trim()).isPositive();
            assertThat(pager.pageCount()).isLessThan(before);
            assertThat(pager.verify().findings()).isEmpty();
            try (MappedPage page = pager.read(survivor)) {
                assertThat(page.bytes().get(ValueLayout.JAVA_LONG, 0)).isEqualTo(77);
            }
        }
    }

    @Test
    void aProtectedPageWithAHighIdSurvivesAFileThatGotShorterThanTheId() {
        try (Pager pager = create()) {
            List<PageId> low = pager.allocBulk(10);
            List<ProtectedPageId> ids = pager.allocProtectedBulk(100);
            pager.freeBulk(low);
            ProtectedPageId high = pager.allocProtected();
            pager.freeProtectedBulk(ids);
            pager.trim();
            assertThat(high.number()).isGreaterThanOrEqualTo(pager.pageCount());
            try (MappedPage page = pager.read(high)) {
                assertThat(page.bytes().get(ValueLayout.JAVA_LONG, 0)).isZero();
            }
            assertThat(pager.verify().findings()).isEmpty();
        }
    }

    @Test
    void reusedPagesReadAsZerosAfterTheFileGrowsAgain() {
        try (Pager pager = create()) {
            List<PageId> pages = pager.allocBulk(50);
            for (PageId page : pages) {
                store(pager, page, -1);
            }
            pager.freeBulk(pages);
            pager.trim();
            for (PageId page : pager.allocBulk(50)) {
                assertThat(load(pager, page)).as("%s", page).isZero();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void randomFilesStayWholeWhenTrimmedAgainAndAgain(long seed) {
        Random random = new Random(seed);
        List<PageId> pages = new ArrayList<>();
        List<ProtectedPageId> ids = new ArrayList<>();
        try (Pager pager = create()) {
            for (int round = 0; round < 12; round++) {
                List<PageId> fresh = pager.allocBulk(random.nextInt(6_000));
                for (PageId page : fresh) {
                    if (random.nextInt(20) == 0) {
                        store(pager, page, page.number());
                    }
                }
                pages.addAll(fresh);
                ids.addAll(pager.allocProtectedBulk(random.nextInt(200)));
                Collections.shuffle(pages, random);
                Collections.shuffle(ids, random);
                int keep = random.nextInt(1 + pages.size() / (1 + random.nextInt(200)));
                pager.freeBulk(List.copyOf(pages.subList(keep, pages.size())));
                pages.subList(keep, pages.size()).clear();
                int keepIds = random.nextInt(1 + ids.size());
                pager.freeProtectedBulk(List.copyOf(ids.subList(keepIds, ids.size())));
                ids.subList(keepIds, ids.size()).clear();
                long before = pager.pageCount();
                long given = pager.trim();
                assertThat(pager.pageCount()).as("seed %d", seed).isEqualTo(before - given);
                assertThat(pager.verify().findings()).as("seed %d, round %d", seed, round).isEmpty();
                if (round % 4 == 3) {
                    pager.reopen();
                }
            }
            assertThat(pager.allocatedPages()).containsExactlyInAnyOrderElementsOf(pages);
            assertThat(pager.allocatedProtectedPages()).containsExactlyInAnyOrderElementsOf(ids);
        }
    }

    /**
     * The file was looked at when a trim began and not again: a step that came after an older copy had been put over the
     * file made both superblock slots its own, and holes were punched into pages that the older copy counted on.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void aTrimStopsWhenAnOlderCopyIsPutOverTheFileBetweenTwoSteps(int look) throws IOException {
        FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());
        try (Pager pager = Pager.builder(path).pageSizeLog2(SMALLEST_PAGES_LOG2).reserve(false).storage(storage)
                .create()) {
            List<PageId> pages = pager.allocBulk(300_000);
            List<PageId> stored = new ArrayList<>();
            for (int i = 4_000; i < pages.size(); i += 10_000) {
                store(pager, pages.get(i), i);
                stored.add(pages.get(i));
            }
            pager.sync();
            RawPageFile file = new RawPageFile(path);
            byte[] older = file.read(0, 1024);
            pager.freeBulk(pages);
            pager.alloc();
            pager.alloc(); // both slots are newer now
            storage.reset();
            long[] writes = {-1};
            List<PageId> there = new ArrayList<>();
            // Every step asks for the length first.
            atLookAfterAWrite(storage, look, () -> {
                file.write(0, older);
                writes[0] = storage.count(Call.WRITE);
                stored.stream().filter(page -> isStored(file, page)).forEach(there::add);
            });

            assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(pager::trim)
                    .withMessageContaining("somebody else wrote to the file");

            assertThat(storage.count(Call.WRITE)).as("what was written since").isEqualTo(writes[0]);
            assertThat(file.read(0, 1024)).isEqualTo(older);
            assertThat(there).as("what no hole was punched into before").isNotEmpty()
                    .allMatch(page -> isStored(file, page));
        }
    }

    /**
     * The power went after the first of the two commits of a trim, and again in the growth that followed, while a sector
     * behind the last page was written with zeros: it may hold anything. The generation before the trim still needs the
     * file to be so long, so nobody had cut it off.
     */
    @Test
    void whatAnUnfinishedGrowthLeftBehindAnUnfinishedTrimIsNotHandedOut() {
        FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());
        try (Pager pager = Pager.builder(path).pageSizeLog2(SMALLEST_PAGES_LOG2).initialSize(64 << SMALLEST_PAGES_LOG2)
                .reserve(false).storage(storage).create()) {
            pager.free(pager.alloc());
            storage.reset();
            storage.failNth(Call.WRITE, 3, Fault.BEFORE);
            assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(pager::trim);
        }
        RawPageFile file = new RawPageFile(path);
        assertThat(file.metadata(file.currentMetadata()).pageCount()).isLessThan(10);
        file.write(20L << SMALLEST_PAGES_LOG2, new byte[] {1, 2, 3});

        try (Pager pager = Pager.builder(path).reserve(false).open()) {
            for (PageId id : pager.allocBulk(50)) {
                try (MappedPage page = pager.read(id)) {
                    assertThat(page.bytes().toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
                }
            }
            assertThat(pager.verify().findings()).isEmpty();
        }
    }

    private static boolean isStored(RawPageFile file, PageId page) {
        return !Arrays.equals(file.read(page.number() << SMALLEST_PAGES_LOG2, 8), new byte[8]);
    }

    private static void atLookAfterAWrite(FaultyStorageProvider storage, int nth, Runnable action) {
        storage.beforeNext(Call.LENGTH, () -> {
            boolean hasWritten = storage.count(Call.WRITE) > 0;
            if (hasWritten && nth == 1) {
                action.run();
            } else {
                atLookAfterAWrite(storage, hasWritten ? nth - 1 : nth, action);
            }
        });
    }

    private static void store(Pager pager, PageId id, long value) {
        try (WritablePage page = pager.write(id)) {
            page.bytes().set(ValueLayout.JAVA_LONG, 0, value);
        }
    }

    private static long load(Pager pager, PageId id) {
        try (MappedPage page = pager.read(id)) {
            return page.bytes().get(ValueLayout.JAVA_LONG, 0);
        }
    }
}
