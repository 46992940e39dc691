package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;

/** Numbers that are not, or not any more, those of a page the caller may use. */
class WrongHandleTest {

    private static final List<Long> IMPOSSIBLE = List.of(-1L, Long.MIN_VALUE, 1L << 48, Long.MAX_VALUE);

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());
    private Pager pager;
    private List<PageId> regular;
    private PageId free;
    private List<ProtectedPageId> protectedPages;
    private ProtectedPageId freeProtected;
    private List<Long> copies;
    private List<Long> nodes;
    private List<Long> counts;

    @BeforeEach
    void aFileWithEveryKindOfPage() {
        pager = files.add(files.builder(10).storage(storage).create());
        regular = pager.allocBulk(3);
        protectedPages = pager.allocProtectedBulk(2);
        free = pager.alloc();
        freeProtected = pager.allocProtected();
        for (int i = 0; i < regular.size(); i++) {
            Pages.fill(pager, regular.get(i), 10 + i);
        }
        for (int i = 0; i < protectedPages.size(); i++) {
            Pages.fill(pager, protectedPages.get(i), 20 + i);
        }
        pager.free(free);
        pager.freeProtected(freeProtected);
        RawPageFile file = new RawPageFile(pager.path());
        copies = Pages.inState(file, PageState.COPY);
        nodes = Pages.inState(file, PageState.INTERNAL).stream().filter(page -> page > 2).toList();
        assertThat(copies).hasSize(4);
        assertThat(nodes).hasSize(2);
        counts = counts();
        storage.reset();
    }

    private List<Long> counts() {
        return List.of(pager.pageCount(), pager.freePageCount(), pager.protectedPageCount());
    }

    /** Nothing was written, everything is still there, and all of it can still be borrowed. */
    private void assertThatNothingHappened() {
        assertThat(storage.count(Call.WRITE)).as("writes").isZero();
        assertThat(counts()).isEqualTo(counts);
        assertThat(pager.state()).isEqualTo(PagerState.OPEN);
        assertThat(pager.allocatedPages()).containsExactlyElementsOf(regular);
        assertThat(pager.allocatedProtectedPages()).containsExactlyElementsOf(protectedPages);
        for (int i = 0; i < regular.size(); i++) {
            assertFilled(pager, regular.get(i), 10 + i);
            pager.write(regular.get(i)).close();
        }
        for (int i = 0; i < protectedPages.size(); i++) {
            assertFilled(pager, protectedPages.get(i), 20 + i);
            pager.write(protectedPages.get(i)).close();
        }
    }

    /** All ways to name a page, alone and among others, and what each throws. */
    private Map<String, Throwable> failures(PageId id) {
        List<PageId> first = new ArrayList<>(List.of(id));
        first.addAll(regular);
        List<PageId> last = new ArrayList<>(regular);
        last.add(id);
        return Map.of("read", catchThrowable(() -> pager.read(id)), "write", catchThrowable(() -> pager.write(id)),
                "free", catchThrowable(() -> pager.free(id)), "freeBulk, first",
                catchThrowable(() -> pager.freeBulk(first)), "freeBulk, last",
                catchThrowable(() -> pager.freeBulk(last)));
    }

    private Map<String, Throwable> failures(ProtectedPageId id) {
        List<ProtectedPageId> first = new ArrayList<>(List.of(id));
        first.addAll(protectedPages);
        List<ProtectedPageId> last = new ArrayList<>(protectedPages);
        last.add(id);
        return Map.of("read", catchThrowable(() -> pager.read(id)), "write", catchThrowable(() -> pager.write(id)),
                "free", catchThrowable(() -> pager.freeProtected(id)), "freeBulk, first",
                catchThrowable(() -> pager.freeProtectedBulk(first)), "freeBulk, last",
                catchThrowable(() -> pager.freeProtectedBulk(last)));
    }

    private static List<Long> outside(long limit) {
        return LongStream.concat(IMPOSSIBLE.stream().mapToLong(Long::longValue), LongStream.of(limit)).boxed().toList();
    }

    @Test
    void aNumberOutsideTheFileIsOutOfBounds() {
        for (long number : outside(pager.pageCount())) {
            PageId id = new PageId(number);
            failures(id).forEach((call, failure) -> assertThat(failure).as(call + " of " + id)
                    .isInstanceOfSatisfying(PageOutOfBoundsException.class, e -> {
                        assertThat(e.page()).isEqualTo(id);
                        assertThat(e.limit()).isEqualTo(pager.pageCount());
                        assertThat(e).hasMessageContaining(Long.toString(number));
                    }));
        }
        assertThatNothingHappened();
    }

    @Test
    void aNumberThatNoProtectedPageCanHaveIsOutOfBounds() {
        for (long number : outside(pager.pageCount())) {
            ProtectedPageId id = new ProtectedPageId(number);
            failures(id).forEach((call, failure) -> assertThat(failure).as(call + " of " + id)
                    .isInstanceOfSatisfying(PageOutOfBoundsException.class, e -> {
                        assertThat(e.page()).isEqualTo(id);
                        assertThat(e).hasMessageContaining(Long.toString(number));
                    }));
        }
        assertThatNothingHappened();
    }

    @Test
    void thePagersOwnPagesAndTheCopiesOfProtectedPagesAreReserved() {
        List<Long> own = new ArrayList<>(List.of(0L, 1L, 2L));
        own.addAll(copies);
        own.addAll(nodes);
        for (long number : own) {
            PageId id = new PageId(number);
            failures(id).forEach((call, failure) -> assertThat(failure).as(call + " of " + id)
                    .isInstanceOfSatisfying(ReservedPageException.class, e -> {
                        assertThat(e.page()).isEqualTo(id);
                        assertThat(e.reason()).contains(
                                number < 3 ? "pager's own" : copies.contains(number) ? "protected page" : "node");
                        assertThat(e).hasMessageContaining("Page " + number);
                    }));
        }
        assertThatNothingHappened();
    }

    @Test
    void aFreePageIsNotAllocatedAndFreeingItIsADoubleFree() {
        for (long number : List.of(free.number(), pager.pageCount() - 1)) {
            PageId id = new PageId(number);
            failures(id).forEach((call, failure) -> assertNotInUse(call, failure, id));
        }
        assertThatNothingHappened();
    }

    @Test
    void aFreeProtectedPageIsNotAllocatedAndFreeingItIsADoubleFree() {
        for (long number : List.of(freeProtected.number(), freeProtected.number() + 1)) {
            ProtectedPageId id = new ProtectedPageId(number);
            failures(id).forEach((call, failure) -> assertNotInUse(call, failure, id));
        }
        assertThatNothingHappened();
    }

    private static void assertNotInUse(String call, Throwable failure, PageHandle id) {
        if (call.startsWith("free")) {
            assertThat(failure).as(call).isInstanceOfSatisfying(DoubleFreeException.class,
                    e -> assertThat(e.page()).isEqualTo(id));
        } else {
            assertThat(failure).as(call).isInstanceOfSatisfying(PageNotAllocatedException.class,
                    e -> assertThat(e.page()).isEqualTo(id));
        }
        assertThat(failure).hasMessageContaining(id.toString());
    }

    @Test
    void aPageNamedTwiceInOneBulkIsADoubleFreeAndNoneIsFreed() {
        List<PageId> twice = List.of(regular.get(2), regular.get(0), regular.get(2));
        List<ProtectedPageId> protectedTwice = List.of(protectedPages.get(1), protectedPages.get(1));

        assertThatExceptionOfType(DoubleFreeException.class).isThrownBy(() -> pager.freeBulk(twice))
                .returns(regular.get(2), DoubleFreeException::page);
        assertThatExceptionOfType(DoubleFreeException.class).isThrownBy(() -> pager.freeProtectedBulk(protectedTwice))
                .returns(protectedPages.get(1), DoubleFreeException::page);

        assertThatNothingHappened();
    }

    @Test
    void aHandleOfOneKindIsNotOneOfTheOther() {
        ProtectedPageId id = protectedPages.get(0);

        assertThatExceptionOfType(ReservedPageException.class).isThrownBy(() -> pager.read(new PageId(id.number())));
        assertThat(new PageId(7)).isNotEqualTo(new ProtectedPageId(7));
        assertThatNothingHappened();
    }
}
