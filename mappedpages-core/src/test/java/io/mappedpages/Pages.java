package io.mappedpages;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.LongStream;

import org.assertj.core.api.Assertions;

import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.testing.RawPageFile;

/** What tests do with pages, in few words: a page is filled with one byte, or found filled with one. */
final class Pages {

    private Pages() {
    }

    /** Stores {@code value} into every byte of a page of either kind, and commits. */
    static <H extends PageHandle> H fill(PageAllocator<H> pages, H id, int value) {
        try (PageWriter page = pages.write(id)) {
            page.bytes().fill((byte) value);
            page.commit();
        }
        return id;
    }

    static PageId fill(Pager pager, PageId id, int value) {
        return fill(pager.pages(), id, value);
    }

    static ProtectedPageId fill(Pager pager, ProtectedPageId id, int value) {
        return fill(pager.protectedPages(), id, value);
    }

    /** A new regular page full of {@code value}. */
    static PageId filled(Pager pager, int value) {
        return fill(pager, pager.alloc(), value);
    }

    /** A new protected page full of {@code value}. */
    static ProtectedPageId filledProtected(Pager pager, int value) {
        return fill(pager, pager.allocProtected(), value);
    }

    static void assertFilled(MemorySegment bytes, int value) {
        byte[] found = bytes.toArray(ValueLayout.JAVA_BYTE);
        for (int i = 0; i < found.length; i++) {
            if (found[i] != (byte) value) {
                Assertions.fail("byte %d of %d is %d, not %d", i, found.length, found[i], value);
            }
        }
    }

    static <H extends PageHandle> void assertFilled(PageAllocator<H> pages, H id, int value) {
        try (MappedPage page = pages.read(id)) {
            assertFilled(page.bytes(), value);
        }
    }

    static void assertFilled(Pager pager, PageId id, int value) {
        assertFilled(pager.pages(), id, value);
    }

    static void assertFilled(Pager pager, ProtectedPageId id, int value) {
        assertFilled(pager.protectedPages(), id, value);
    }

    /**
     * The pages of a small file that are in one of the states of {@link PageState}, as the newest superblock slot has
     * it.
     */
    static List<Long> inState(RawPageFile file, int state) {
        MetadataPage metadata = file.metadata(file.currentMetadata());
        return LongStream.range(0, metadata.pageCount()).filter(page -> metadata.states().get((int) page) == state)
                .boxed().toList();
    }

    /** The pages of a closed file that are full of {@code value}. */
    static List<Long> filledWith(RawPageFile file, int value) {
        int size = file.geometry().pageSize();
        return LongStream.range(0, file.length() / size).filter(page -> {
            for (byte b : file.read(page * size, size)) {
                if (b != (byte) value) {
                    return false;
                }
            }
            return true;
        }).boxed().toList();
    }
}
