package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.testing.PageFiles;

/** The usage examples of the Rust crate's README, one by one, in Java. */
class RustCrateExamplesTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private Path data;

    @BeforeEach
    void aPath() {
        data = files.path();
    }

    @Test
    void creatingAndOpeningAPager() {
        // Create a new file with 4096-byte pages (2^12).
        try (Pager pager = Pager.create(data, 12)) {
            assertThat(pager.pageSize()).isEqualTo(4096);
        }
        // Open an existing file.
        try (Pager pager = Pager.open(data)) {
            assertThat(pager.pageSize()).isEqualTo(4096);
        }
    }

    @Test
    void allocatingAndAccessingPages() {
        try (Pager pager = Pager.create(data, 12)) {
            // Allocate a new page.
            PageId id = pager.alloc();
            // Write to the page: nobody else has it meanwhile.
            try (WritablePage page = pager.write(id)) {
                page.bytes().fill((byte) 0xAB);
            } // given back here
             // Read from the page.
            try (MappedPage page = pager.read(id)) {
                byte[] firstFour = page.bytes().asSlice(0, 4).toArray(ValueLayout.JAVA_BYTE);
                assertThat(firstFour).containsOnly(0xAB);
            }
            // Free the page when done.
            pager.free(id);

            assertThat(pager.allocatedPages()).isEmpty();
        }
    }

    @Test
    void protectedPages() {
        try (Pager pager = Pager.create(data, 12)) {
            // Allocate a protected page.
            ProtectedPageId id = pager.allocProtected();
            // Stage a write.
            try (ProtectedPageWriter writer = pager.write(id)) {
                writer.bytes().fill((byte) 0xFF);
                writer.commit(); // atomically makes the write durable
            }
            // Read the active copy.
            try (MappedPage page = pager.read(id)) {
                assertThat(page.bytes().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 0xFF);
            }
            // Closing a writer without committing discards the write.
            try (ProtectedPageWriter writer = pager.write(id)) {
                writer.bytes().fill((byte) 0x11);
            }
            try (MappedPage page = pager.read(id)) {
                assertThat(page.bytes().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 0xFF);
            }
        }
    }

    private static <H extends PageHandle> List<H> fillPages(PageAllocator<H> pages, int n) {
        List<H> handles = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            handles.add(pages.alloc());
        }
        return handles;
    }

    @Test
    void genericCodeWorksWithEitherKindOfPage() {
        try (Pager pager = Pager.create(data, 12)) {
            List<PageId> regular = fillPages(pager.pages(), 5);
            List<ProtectedPageId> protectedOnes = fillPages(pager.protectedPages(), 5);

            assertThat(pager.allocatedPages()).containsExactlyElementsOf(regular);
            assertThat(pager.allocatedProtectedPages()).containsExactlyElementsOf(protectedOnes);
        }
    }

    /** Writes, reads and frees in bulk, without knowing which kind of page it works with. */
    private static <H extends PageHandle> void roundTrip(PageAllocator<H> pages) {
        List<H> handles = pages.allocBulk(3);
        for (H handle : handles) {
            try (PageWriter page = pages.write(handle)) {
                page.byteBuffer().putLong(handle.number());
                page.commit();
            }
        }
        for (H handle : handles) {
            try (MappedPage page = pages.read(handle)) {
                assertThat(page.byteBuffer().getLong()).isEqualTo(handle.number());
            }
        }
        pages.free(handles.get(0));
        pages.freeBulk(handles.subList(1, 3));
        assertThatExceptionOfType(PageNotAllocatedException.class).isThrownBy(() -> pages.read(handles.get(2)));
    }

    @Test
    void genericCodeDoesEverythingWithEitherKindOfPage() {
        try (Pager pager = Pager.create(data, 12)) {
            roundTrip(pager.pages());
            roundTrip(pager.protectedPages());

            assertThat(pager.allocatedPages()).isEmpty();
            assertThat(pager.allocatedProtectedPages()).isEmpty();
        }
    }

    @Test
    void theTableOfPagerMethods() {
        try (Pager pager = Pager.create(data, 12)) {
            assertThat(pager.pageSize()).isEqualTo(4096);
            assertThat(pager.pageCount()).as("pages, including reserved pages 0 to 2").isEqualTo(4);
            assertThat(pager.freePageCount()).isEqualTo(1);

            pager.free(pager.alloc());
            pager.freeProtected(pager.allocProtected());

            assertThat(pager.pageCount()).isEqualTo(8);
        }
    }

    @Test
    void theTableOfErrors() {
        assertThatExceptionOfType(InvalidPageSizeException.class).isThrownBy(() -> Pager.create(data, 9));
        try (Pager pager = Pager.create(data, 10)) {
            PageId id = pager.alloc();
            pager.free(id);

            assertThatExceptionOfType(PageOutOfBoundsException.class).isThrownBy(() -> pager.read(new PageId(1000)));
            assertThatExceptionOfType(DoubleFreeException.class).isThrownBy(() -> pager.free(id));
        }
    }
}
