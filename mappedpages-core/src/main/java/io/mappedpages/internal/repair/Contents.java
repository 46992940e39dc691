package io.mappedpages.internal.repair;

import java.io.IOException;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.pageio.PageContents;
import io.mappedpages.internal.storage.PageSource;

/** Contents of protected pages, in a file of which nothing is certain. */
final class Contents {

    private Contents() {
    }

    /**
     * {@return whether the page that the pair names as current can be read, and has its sums}
     *
     * @param filePages whole pages that the file has the bytes of
     */
    static boolean match(PageSource source, PageContents contents, long filePages, CopyPair pair) {
        try {
            return pair.inUse() && pair.activePage() < filePages
                    && contents.sumsOf(source, pair.activePage()).equals(pair.sums());
        } catch (IOException e) {
            return false;
        }
    }
}
