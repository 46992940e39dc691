package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.filled;
import static io.mappedpages.Pages.filledProtected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FaultyStorageProvider.Fault;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;
import io.mappedpages.testing.TemporaryMount;
import io.mappedpages.testing.Untouched;

/** No more room, on the disk or by configuration: an allocation fails, and everything else goes on. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class FullTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());

    private static void assertFull(Pager pager, Runnable allocation, String... words) {
        long pages = pager.pageCount();
        long free = pager.freePageCount();
        long protectedPages = pager.protectedPageCount();
        List<PageId> allocated = pager.allocatedPages().toList();

        assertThatExceptionOfType(PagerFullException.class).isThrownBy(allocation::run)
                .withMessageContaining(pager.path().toString()).returns(pager.path(), PagerFullException::path)
                .satisfies(e -> List.of(words).forEach(word -> assertThat(e).hasMessageContaining(word)));

        assertThat(pager.state()).isEqualTo(PagerState.OPEN);
        assertThat(pager.failure()).isEmpty();
        assertThat(pager.pageCount()).isEqualTo(pages);
        assertThat(pager.freePageCount()).isEqualTo(free);
        assertThat(pager.protectedPageCount()).isEqualTo(protectedPages);
        assertThat(pager.allocatedPages()).isEqualTo(allocated);
    }

    @Test
    void atItsMaximumSizeAFileGrowsNoMoreAndFreeingAndAllocatingGoOn() {
        Pager pager = files.add(files.builder(10).maxSize(12 * 1024 + 1023).create());
        List<PageId> pages = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            pages.add(filled(pager, i));
        }
        assertThat(pager.pageCount()).isEqualTo(12);

        assertFull(pager, pager::alloc, Integer.toString(12 * 1024 + 1023));
        assertFull(pager, pager::allocProtected);
        assertFull(pager, () -> pager.allocBulk(1));
        assertFull(pager, () -> pager.allocProtectedBulk(1));

        for (int i = 0; i < 9; i++) {
            assertFilled(pager, pages.get(i), i);
            pager.free(pages.get(i));
            assertThat(filled(pager, 100 + i)).isEqualTo(pages.get(i));
            assertFull(pager, pager::alloc);
        }
        assertThat(new RawPageFile(pager.path()).length()).isGreaterThanOrEqualTo(12 * 1024);
        pager.close();
        assertThat(new RawPageFile(pager.path()).length()).isEqualTo(12 * 1024);
    }

    @Test
    void aBulkThatDoesNotFitTakesNothing() {
        Pager pager = files.add(files.builder(10).initialSize(8 * 1024).maxSize(20 * 1024).create());

        assertFull(pager, () -> pager.allocBulk(18));
        assertFull(pager, () -> pager.allocBulk(1_000_000));
        assertFull(pager, () -> pager.allocProtectedBulk(1_000_000));

        assertThat(pager.pageCount()).isEqualTo(8);
        assertThat(pager.allocBulk(17)).hasSize(17);
        assertFull(pager, pager::alloc);
    }

    /** 8 protected pages are 16 of the 17 there may be; the node that has to know them takes two more. */
    @Test
    void aProtectedBulkThatFitsButForItsNodeTakesNothing() {
        Pager pager = files.add(files.builder(10).initialSize(20 * 1024).maxSize(20 * 1024).create());

        assertFull(pager, () -> pager.allocProtectedBulk(8));

        assertThat(pager.allocProtectedBulk(7)).hasSize(7);
        assertThat(pager.freePageCount()).isEqualTo(1);
    }

    /** Not an error of the virtual machine, nor one of arithmetic. */
    @Test
    void aBulkLargerThanAnyMemoryDoesNotFitEither() {
        Pager pager = files.add(files.builder(10).maxSize(1 << 20).create());

        assertFull(pager, () -> pager.allocBulk(Integer.MAX_VALUE));
        assertFull(pager, () -> pager.allocProtectedBulk(Integer.MAX_VALUE));

        pager.alloc();
    }

    @Test
    void aFileThatIsLargerThanTheMaximumIsOpenedAndDoesNotGrow() {
        Pager pager = files.add(files.builder(10).initialSize(10 * 1024).create());
        pager.close();

        Pager opened = files.add(Pager.builder(pager.path()).maxSize(5 * 1024).open());

        assertThat(opened.pageCount()).isEqualTo(10);
        opened.allocBulk(7);
        assertFull(opened, opened::alloc);
    }

    @Test
    void aFileThatWouldBeginLargerThanTheMaximumIsNotMade() {
        Path path = files.path();

        assertThatExceptionOfType(PagerFullException.class)
                .isThrownBy(() -> Pager.builder(path).maxSize(3 * 4096).create());

        assertThat(files.directory()).isEmptyDirectory();
    }

    /** First the disk has no room for doubling, then not even for what is needed. */
    @Test
    void onAFullDiskTheFileIsCutBackAndFreeingAndAllocatingGoOn() {
        Pager pager = files.add(files.builder(10).initialSize(10 * 1024).storage(storage).create());
        List<PageId> pages = pager.allocBulk(7);
        storage.reset();
        for (int i = 0; i < 3; i++) {
            storage.failNth(Call.EXTEND, 1, Fault.OUT_OF_SPACE);
            storage.failNth(Call.EXTEND, 2, Fault.OUT_OF_SPACE);

            assertFull(pager, pager::alloc, "no space left");

            assertThat(new RawPageFile(pager.path()).length()).isEqualTo(10 * 1024);
            pager.free(pages.get(i));
            assertThat(pager.alloc()).isEqualTo(pages.get(i));
        }
        pager.alloc();
        assertThat(pager.pageCount()).isEqualTo(20);
    }

    @Test
    void anAlmostFullDiskIsUsedToTheLastPage() {
        Pager pager = files.add(files.builder(10).initialSize(10 * 1024).storage(storage).create());
        pager.allocBulk(7);
        storage.failNext(Call.EXTEND, Fault.OUT_OF_SPACE);

        pager.alloc();

        assertThat(pager.pageCount()).isEqualTo(11);
    }

    @ParameterizedTest
    @EnumSource(value = Fault.class, mode = Mode.INCLUDE, names = {"BEFORE", "AFTER", "HALF"})
    void whenExtendingFailsForAnotherReasonTheFileIsCutBackAndThePagerStaysOpen(Fault fault) {
        Pager pager = files.add(files.builder(10).initialSize(10 * 1024).storage(storage).create());
        pager.allocBulk(7);
        storage.failNext(Call.EXTEND, fault);

        assertThatExceptionOfType(PagerIoException.class).isThrownBy(pager::alloc)
                .withCauseInstanceOf(IOException.class).withMessageContaining(pager.path().toString());

        assertThat(pager.state()).isEqualTo(PagerState.OPEN);
        assertThat(pager.pageCount()).isEqualTo(10);
        assertThat(new RawPageFile(pager.path()).length()).isEqualTo(10 * 1024);
        pager.alloc();
    }

    /** A file may be longer than its page count says; that it cannot be cut back is no reason to stop. */
    @Test
    void whenCuttingBackFailsTooThePagerStaysOpen() {
        Pager pager = files.add(files.builder(10).initialSize(10 * 1024).storage(storage).create());
        pager.allocBulk(7);
        storage.failNth(Call.EXTEND, 1, Fault.OUT_OF_SPACE);
        storage.failNth(Call.EXTEND, 2, Fault.OUT_OF_SPACE);
        storage.failNth(Call.TRUNCATE, 1, Fault.BEFORE);
        storage.failNth(Call.TRUNCATE, 2, Fault.BEFORE);

        assertFull(pager, pager::alloc);

        assertFilled(pager, filled(pager, 3), 3);
    }

    @ParameterizedTest
    @EnumSource(value = Call.class, mode = Mode.INCLUDE, names = {"LOCK", "CREATE_TEMPORARY", "EXTEND", "WRITE"})
    void creatingOnAFullDiskLeavesNoFile(Call call) {
        Path path = files.path();
        Untouched before = Untouched.since(files.directory());
        storage.failNext(call, Fault.OUT_OF_SPACE);

        assertThatExceptionOfType(PagerFullException.class)
                .isThrownBy(() -> Pager.builder(path).storage(storage).create());

        before.check();
        files.add(Pager.builder(path).storage(storage).create());
    }

    /**
     * A real file system of 3 MiB is filled up. Storing into any page that was handed out works (a mapped store into a
     * block that is not there would kill the process or be lost), and the pager goes on.
     */
    @Test
    void aRealFullDiskIsAnExceptionFromAllocAndNeverAFaultInAPage() throws IOException {
        Optional<TemporaryMount> mount = TemporaryMount.at(files.directory().resolve("small"), 3 << 20);
        assumeThat(mount).as("permission to mount a file system").isPresent();
        try (TemporaryMount small = mount.orElseThrow()) {
            fillUp(small.directory());
        }
    }

    private static void fillUp(Path directory) throws IOException {
        FileStore store = Files.getFileStore(directory);
        try (Pager pager = Pager.create(directory.resolve("data.pages"), 12)) {
            ProtectedPageId root = filledProtected(pager, 7);
            List<PageId> pages = new ArrayList<>();
            for (int round = 0; round < 3; round++) {
                fillUp(pager, pages);
                for (int i = 0; i < pages.size(); i++) {
                    Pages.fill(pager, pages.get(i), i + round);
                }
                pager.sync();
                for (int i = 0; i < pages.size(); i++) {
                    assertFilled(pager, pages.get(i), i + round);
                }
                assertFilled(pager, Pages.fill(pager, root, round), round);
                pager.freeBulk(pages.subList(0, 100));
                pages.subList(0, 100).clear();
            }
            assertThat(store.getUsableSpace()).isLessThan(16 * 4096);
            assertThat(pager.verify().findings()).isEmpty();

            Path another = directory.resolve("another.pages");
            assertThatExceptionOfType(PagerFullException.class)
                    .isThrownBy(() -> Pager.builder(another).initialSize(1 << 20).create());
            assertThat(another).doesNotExist();
        }
        try (Pager pager = Pager.open(directory.resolve("data.pages"))) {
            assertThat(pager.verify().findings()).isEmpty();
        }
    }

    private static void fillUp(Pager pager, List<PageId> pages) {
        try {
            while (pages.size() < 1000) {
                pages.add(pager.alloc());
            }
            Assertions.fail("3 MiB hold no 1000 pages of 4 KiB");
        } catch (PagerFullException e) {
            assertThat(e).hasMessageContaining("no space left");
            assertThat(pager.state()).isEqualTo(PagerState.OPEN);
            assertThat(pages.size()).isGreaterThan(600);
        }
    }
}
