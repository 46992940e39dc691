package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A pager and, beside it, what it should hold: which pages there are, and what is in each. Every operation is done to
 * both, and then they are compared. A page's content is described by one number: 0 for zeros, anything else for words
 * that follow from it.
 */
final class PagerModel {

    /**
     * More than may be free and yet of no use to an allocation: pages that were lent writable become neither copies nor
     * nodes.
     */
    private static final int PLENTY = 300;

    /** Pages of one kind that should be there. */
    private final class Kind<H extends PageHandle> {

        private final PageAllocator<H> pages;
        private final Map<H, Long> contents = new HashMap<>();
        /** The same handles, to pick one at random. */
        private final List<H> handles = new ArrayList<>();
        private final boolean keepsWithoutCommit;
        private final int pagesEach;

        Kind(PageAllocator<H> pages, boolean keepsWithoutCommit, int pagesEach) {
            this.pages = pages;
            this.keepsWithoutCommit = keepsWithoutCommit;
            this.pagesEach = pagesEach;
        }

        /** The same pages, of the same file opened anew. */
        Kind<H> of(PageAllocator<H> opened) {
            Kind<H> kind = new Kind<>(opened, keepsWithoutCommit, pagesEach);
            kind.contents.putAll(contents);
            kind.handles.addAll(handles);
            return kind;
        }

        void alloc(int count) {
            long size = pager.pageCount();
            long spare = pager.freePageCount() - (long) count * pagesEach;
            List<H> made = count == 1 ? List.of(pages.alloc()) : pages.allocBulk(count);
            assertThat(made).hasSize(count);
            if (spare > PLENTY + count) {
                assertThat(pager.pageCount()).as("pages, when there were free ones").isEqualTo(size);
            }
            for (H handle : made) {
                if (contents.put(handle, 0L) != null) {
                    throw new AssertionError(handle + " was handed out twice");
                }
                handles.add(handle);
            }
            check(made.get(random.nextInt(count)));
        }

        void free(int count) {
            int some = Math.min(count, handles.size());
            List<H> chosen = new ArrayList<>();
            for (int i = 0; i < some; i++) {
                H last = handles.removeLast();
                int at = random.nextInt(handles.size() + 1);
                H victim = at == handles.size() ? last : handles.set(at, last);
                contents.remove(victim);
                chosen.add(victim);
            }
            if (some == 1) {
                pages.free(chosen.getFirst());
            } else {
                pages.freeBulk(chosen);
            }
            if (some > 0) {
                assertGone(chosen.getFirst());
            }
        }

        private void assertGone(H handle) {
            assertThat(catchThrowable(() -> pages.read(handle))).isInstanceOfAny(PageNotAllocatedException.class,
                    ReservedPageException.class);
            assertThat(catchThrowable(() -> pages.free(handle))).isInstanceOfAny(DoubleFreeException.class,
                    ReservedPageException.class);
        }

        void write() {
            if (handles.isEmpty()) {
                return;
            }
            H handle = any();
            long content = 1 + random.nextInt(Integer.MAX_VALUE);
            boolean commit = random.nextInt(4) > 0;
            try (PageWriter page = pages.write(handle)) {
                fill(page.bytes(), content);
                if (commit) {
                    page.commit();
                }
            }
            if (commit || keepsWithoutCommit) {
                contents.put(handle, content);
            }
        }

        void read() {
            if (!handles.isEmpty()) {
                check(any());
            }
        }

        private H any() {
            return handles.get(random.nextInt(handles.size()));
        }

        private void check(H handle) {
            try (MappedPage page = pages.read(handle)) {
                assertContent(handle, page.bytes(), contents.get(handle));
            }
        }

        /** All that was written to, and some of the others. */
        void checkAll() {
            contents.forEach((handle, content) -> {
                if (content != 0 || random.nextInt(50) == 0) {
                    check(handle);
                }
            });
        }

        /** What the stream of allocated pages should bring. */
        long[] numbers() {
            return handles.stream().mapToLong(PageHandle::number).sorted().toArray();
        }
    }

    private final Random random;
    private Pager pager;
    private Kind<PageId> regular;
    private Kind<ProtectedPageId> protectedPages;

    PagerModel(Random random, Pager pager) {
        this.random = random;
        this.pager = pager;
        this.regular = new Kind<>(pager.pages(), true, 1);
        this.protectedPages = new Kind<>(pager.protectedPages(), false, 2);
    }

    Pager pager() {
        return pager;
    }

    /** Goes on with the same file opened anew. */
    void opened(Pager opened) {
        pager = opened;
        regular = regular.of(opened.pages());
        protectedPages = protectedPages.of(opened.protectedPages());
    }

    void alloc(int count) {
        regular.alloc(count);
    }

    void allocProtected(int count) {
        protectedPages.alloc(count);
    }

    void free(int count) {
        regular.free(count);
    }

    void freeProtected(int count) {
        protectedPages.free(count);
    }

    int regularCount() {
        return regular.handles.size();
    }

    int protectedCount() {
        return protectedPages.handles.size();
    }

    /**
     * One random operation.
     *
     * @param allocations how many of 100 operations that allocate or free shall allocate
     * @param most        the largest bulk
     */
    void step(int allocations, int most) {
        boolean allocate = random.nextInt(100) < allocations;
        int count = random.nextBoolean() ? 1 : 1 + random.nextInt(most);
        switch (random.nextInt(10)) {
            case 0, 1 -> {
                if (allocate) {
                    regular.alloc(count);
                } else {
                    regular.free(count);
                }
            }
            case 2, 3 -> {
                if (allocate) {
                    protectedPages.alloc(count);
                } else {
                    protectedPages.free(count);
                }
            }
            case 4, 5 -> regular.write();
            case 6, 7 -> protectedPages.write();
            case 8 -> regular.read();
            default -> protectedPages.read();
        }
    }

    /** Gives back what is free at the end; that changes nothing but the size of the file. */
    void trim() {
        long before = pager.pageCount();
        long given = pager.trim();
        assertThat(given).isNotNegative();
        assertThat(pager.pageCount()).isEqualTo(before - given);
        assertThat(pager.path().toFile().length()).isGreaterThanOrEqualTo(pager.pageCount() * pager.pageSize());
    }

    /** Compares everything, and has the file verified. */
    void check() {
        assertThat(pager.allocatedPages().mapToLong(PageId::number).toArray())
                .isEqualTo(regular.numbers());
        assertThat(pager.allocatedProtectedPages().mapToLong(ProtectedPageId::number).toArray())
                .isEqualTo(protectedPages.numbers());
        regular.checkAll();
        protectedPages.checkAll();
        VerifyReport report = pager.verify();
        assertThat(report.findings()).isEmpty();
        assertThat(report.dataPages()).isEqualTo(regular.handles.size());
        assertThat(report.protectedPages()).isEqualTo(protectedPages.handles.size())
                .isEqualTo(pager.protectedPageCount());
        assertThat(report.pages()).isEqualTo(pager.pageCount());
        assertThat(report.freePages()).isEqualTo(pager.freePageCount()).isEqualTo(pager.pageCount()
                - regular.handles.size() - 2L * protectedPages.handles.size() - report.internalPages());
    }

    private static void fill(MemorySegment bytes, long content) {
        for (long at = 0; at < bytes.byteSize(); at += Long.BYTES) {
            bytes.set(ValueLayout.JAVA_LONG_UNALIGNED, at, word(content, at));
        }
    }

    private static void assertContent(PageHandle handle, MemorySegment bytes, long content) {
        for (long at = 0; at < bytes.byteSize(); at += Long.BYTES) {
            long found = bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
            if (found != word(content, at)) {
                throw new AssertionError(handle + " has " + Long.toHexString(found) + " at " + at + ", should be "
                        + (content == 0 ? "zeros" : "content " + content));
            }
        }
    }

    private static long word(long content, long at) {
        return content == 0 ? 0 : (content + at) * 0x9E3779B97F4A7C15L;
    }
}
