package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filled;
import static io.mappedpages.Pages.filledProtected;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;

/** A page that is handed out is empty, whoever had it before; and who had it before cannot spoil what must not be. */
class ZerosTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private static <H extends PageHandle> void assertZeros(PageAllocator<H> pages, List<H> ids) {
        ids.forEach(id -> assertFilled(pages, id, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 12, 14, 15, 16, 20})
    void newPagesReadAsZeros(int log2) {
        Pager pager = files.create(log2);

        assertZeros(pager.pages(), List.of(pager.alloc()));
        assertZeros(pager.protectedPages(), List.of(pager.allocProtected()));
        assertZeros(pager.pages(), pager.allocBulk(9));
        assertZeros(pager.protectedPages(), pager.allocProtectedBulk(9));
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 12, 14, 15, 16, 20})
    void pagesThatWereUsedBeforeReadAsZeros(int log2) {
        Pager pager = files.create(log2);
        List<PageId> regular = pager.allocBulk(6);
        List<ProtectedPageId> protectedPages = pager.allocProtectedBulk(6);
        for (int round = 1; round < 3; round++) {
            for (int i = 0; i < 6; i++) {
                fill(pager, regular.get(i), 0x77);
                fill(pager, protectedPages.get(i), 0x77);
                fill(pager, protectedPages.get(i), 0x77); // both copies
            }
            pager.freeBulk(regular);
            pager.freeProtectedBulk(protectedPages);
            pager = round == 2 ? files.openAnew(pager) : pager;
            long pages = pager.pageCount();

            regular = pager.allocBulk(6);
            protectedPages = pager.allocProtectedBulk(6);

            assertThat(pager.pageCount()).as("no need to grow").isEqualTo(pages);
            assertZeros(pager.pages(), regular);
            assertZeros(pager.protectedPages(), protectedPages);
        }
    }

    @Test
    void whatWasARegularPageIsEmptyAsAProtectedOneAndTheOtherWayRound() {
        Pager pager = files.add(files.builder(10).initialSize(40 << 10).maxSize(40 << 10).create());
        List<PageId> regular = pager.allocBulk(30);
        regular.forEach(id -> fill(pager, id, 0x77));
        pager.freeBulk(regular);

        Pager opened = files.openAnew(pager);
        List<ProtectedPageId> protectedPages = opened.allocProtectedBulk(15);
        assertZeros(opened.protectedPages(), protectedPages);
        for (ProtectedPageId id : protectedPages) {
            fill(opened, id, 0x66);
            fill(opened, id, 0x66);
        }
        opened.freeProtectedBulk(protectedPages);

        assertZeros(opened.pages(), opened.allocBulk(30));
    }

    /** An allocation zeroes a page in the file; who looks at it through the mapping must see that. */
    @Test
    void aPageThatIsFreedAndHandedOutAgainAtOnceIsEmpty() {
        Pager pager = files.create(10);
        PageId id = filled(pager, 1);
        for (int i = 2; i < 20; i++) {
            pager.free(id);
            assertThat(pager.alloc()).isEqualTo(id);
            assertFilled(pager, id, 0);
            fill(pager, id, i);
        }
    }

    @Test
    void whatWasStoredWithoutCommitIsGoneWhenThePageIsHandedOutAgainAfterReopening() {
        Pager pager = files.create(10);
        PageId id = pager.alloc();
        try (WritablePage page = pager.write(id)) {
            page.bytes().fill((byte) 5);
        }
        pager.free(id);

        pager.reopen();

        assertThat(pager.alloc()).isEqualTo(id);
        assertFilled(pager, id, 0);
    }

    /** A file whose free pages hold anything, as after a crash: what is below the high-water mark is not trusted. */
    @Test
    void freePagesBelowTheHighWaterMarkMayHoldAnything() {
        Pager pager = files.create(10);
        pager.freeBulk(pager.allocBulk(20));
        pager.close();
        RawPageFile file = new RawPageFile(pager.path());
        long mark = file.metadata(file.currentMetadata()).highWater();
        assertThat(mark).isEqualTo(23);
        file.fill(3 * 1024, 20 * 1024, 0x5A);

        Pager opened = files.open(pager.path());

        assertZeros(opened.pages(), opened.allocBulk(10));
        assertZeros(opened.protectedPages(), opened.allocProtectedBulk(2));
        assertZeros(opened.pages(), opened.allocBulk(10));
    }

    @Test
    void theHighWaterMarkRisesWithWhatIsHandedOutAndNeverFalls() {
        Pager pager = files.create(10);
        RawPageFile file = new RawPageFile(pager.path());
        long before = 3;
        for (int i = 0; i < 10; i++) {
            PageId id = pager.alloc();
            long mark = file.metadata(file.currentMetadata()).highWater();
            assertThat(mark).isGreaterThan(id.number()).isGreaterThanOrEqualTo(before);
            before = mark;
            if (i % 3 == 0) {
                pager.free(id);
                assertThat(file.metadata(file.currentMetadata()).highWater()).isEqualTo(before);
            }
        }
    }

    /**
     * Somebody keeps the segment of a page that was freed and goes on storing. That may spoil a regular page, and nothing
     * else: neither a protected page nor a node takes the place of the freed page. Something is borrowed all the time;
     * else the file would be mapped anew, and the segment be out of use.
     */
    @Test
    void aSegmentKeptPastFreeSpoilsNeitherProtectedPagesNorNodes() {
        Pager pager = files.create(10);
        List<PageId> notLent = pager.allocBulk(2); // these will be copies, and the node comes to stand right behind them
        List<PageId> lent = pager.allocBulk(40);
        List<MemorySegment> kept = new ArrayList<>();
        for (PageId id : lent) {
            try (WritablePage page = pager.write(id)) {
                kept.add(page.bytes());
            }
        }
        PageId other = pager.alloc();
        pager.freeBulk(lent);
        pager.freeBulk(notLent);

        List<ProtectedPageId> ids = new ArrayList<>();
        try (MappedPage borrowed = pager.read(other)) {
            for (int i = 0; i < 100; i++) {
                ids.add(filledProtected(pager, i));
                kept.forEach(segment -> segment.fill((byte) 0xEE));
            }
            for (int i = 0; i < 100; i++) {
                assertFilled(pager, ids.get(i), i);
                fill(pager, ids.get(i), i + 1);
                kept.forEach(segment -> segment.fill((byte) 0xDD));
            }
            assertFilled(borrowed.bytes(), 0);
        }

        assertThat(pager.verify().findings()).isEmpty();
        pager.close();
        Pager opened = files.open(pager.path());
        for (int i = 0; i < 100; i++) {
            assertFilled(opened, ids.get(i), i + 1);
        }
        assertThat(opened.verify().findings()).isEmpty();
    }

    @Test
    void aPageThatWasOnlyReadMayBecomeAnything() {
        Pager pager = files.add(files.builder(10).initialSize(7 << 10).maxSize(7 << 10).create());
        List<PageId> all = pager.allocBulk(4);
        all.forEach(id -> pager.read(id).close());
        pager.freeBulk(all);

        filledProtected(pager, 8);
    }
}
