package io.mappedpages.jcstress;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import org.openjdk.jcstress.infra.results.II_Result;

import io.mappedpages.PageAllocator;
import io.mappedpages.PageHandle;
import io.mappedpages.PageWriter;

/** The two words of a page that tests look at, its first and its last. */
final class Words {

    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT;

    private Words() {
    }

    /** {@return both words of a page, read by a function} */
    static <H extends PageHandle> long read(PageAllocator<H> pages, H id) {
        return pages.read(id, Words::load);
    }

    /** {@return both words of a page} */
    static long load(MemorySegment page) {
        long first = page.get(WORD, 0);
        long last = page.get(WORD, page.byteSize() - Integer.BYTES);
        return first << Integer.SIZE | Integer.toUnsignedLong((int) last);
    }

    /** {@return the first of both words} */
    static int first(long words) {
        return (int) (words >> Integer.SIZE);
    }

    /** Makes both words the result, counted from {@code base}. */
    static void show(long words, int base, II_Result result) {
        result.r1 = first(words) - base;
        result.r2 = (int) words - base;
    }

    /** Nothing was read. */
    static void showNothing(int why, II_Result result) {
        result.r1 = why;
        result.r2 = why;
    }

    /** Makes {@code word} both words, and commits that if the page is a protected one. */
    static <H extends PageHandle> void write(PageAllocator<H> pages, H id, int word, boolean commit) {
        try (PageWriter writer = pages.write(id)) {
            MemorySegment page = writer.bytes();
            page.set(WORD, 0, word);
            page.set(WORD, page.byteSize() - Integer.BYTES, word);
            if (commit) {
                writer.commit();
            }
        }
    }
}
