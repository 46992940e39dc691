package io.mappedpages.jcstress;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import org.openjdk.jcstress.infra.results.II_Result;

import io.mappedpages.PageAllocator;
import io.mappedpages.PageHandle;
import io.mappedpages.PageWriter;

/** The words of a page that tests look at: one in every 64 bytes, so that it takes a while to load and to store them. */
final class Words {

    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT;
    private static final long DISTANCE = 64;
    private static final int READS = 30;

    private Words() {
    }

    /** {@return the words of a page, read by a function} */
    static <H extends PageHandle> long read(PageAllocator<H> pages, H id) {
        return pages.read(id, Words::load);
    }

    /** Reads again and again, for about as long as a commit takes. {@return the first words that differ, or the last ones} */
    static <H extends PageHandle> long readForAWhile(PageAllocator<H> pages, H id) {
        long words = read(pages, id);
        for (int i = 1; i < READS && first(words) == (int) words; i++) {
            words = read(pages, id);
        }
        return words;
    }

    /** {@return the first word of a page, and another one of its words, which is a different one if there is any} */
    static long load(MemorySegment page) {
        long first = page.get(WORD, 0);
        long other = first;
        for (long at = DISTANCE; at < page.byteSize(); at += DISTANCE) {
            int word = page.get(WORD, at);
            if (word != first) {
                other = word;
            }
        }
        return first << Integer.SIZE | Integer.toUnsignedLong((int) other);
    }

    /** {@return the first of two words} */
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

    /** Stores {@code word} everywhere, and commits that if the page is a protected one. */
    static <H extends PageHandle> void write(PageAllocator<H> pages, H id, int word, boolean commit) {
        try (PageWriter writer = pages.write(id)) {
            MemorySegment page = writer.bytes();
            for (long at = 0; at < page.byteSize(); at += DISTANCE) {
                page.set(WORD, at, word);
            }
            if (commit) {
                writer.commit();
            }
        }
    }
}
