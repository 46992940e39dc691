package io.mappedpages.sample.load;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A page that is full of one number, so that it shows whether it was written as a whole. */
final class NumberedPage {

    private NumberedPage() {
    }

    static void fill(MemorySegment page, long number) {
        for (long at = 0; at < page.byteSize(); at += Long.BYTES) {
            page.set(ValueLayout.JAVA_LONG, at, number);
        }
    }

    /** The number that the page is full of, or -1 if it is a mixture. */
    static long numberIn(MemorySegment page) {
        long first = page.get(ValueLayout.JAVA_LONG, 0);
        for (long at = Long.BYTES; at < page.byteSize(); at += Long.BYTES) {
            if (page.get(ValueLayout.JAVA_LONG, at) != first) {
                return -1;
            }
        }
        return first;
    }
}
