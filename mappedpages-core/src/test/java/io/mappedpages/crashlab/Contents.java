package io.mappedpages.crashlab;

import java.util.stream.Stream;

import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;
import io.mappedpages.ReadOnlyPager;

/** What can be read of a file, whichever kind of pager reads it. */
interface Contents {

    Stream<PageId> regular();

    Stream<ProtectedPageId> guarded();

    /** {@return whether the page has this stamp} */
    boolean matches(PageId id, int stamp);

    /** {@return whether the page has this stamp} */
    boolean matches(ProtectedPageId id, int stamp);

    static Contents of(Pager pager) {
        return new Contents() {
            @Override
            public Stream<PageId> regular() {
                return pager.allocatedPages();
            }

            @Override
            public Stream<ProtectedPageId> guarded() {
                return pager.allocatedProtectedPages();
            }

            @Override
            public boolean matches(PageId id, int stamp) {
                try (var page = pager.read(id)) {
                    return Stamps.matches(page.bytes(), stamp);
                }
            }

            @Override
            public boolean matches(ProtectedPageId id, int stamp) {
                try (var page = pager.read(id)) {
                    return Stamps.matches(page.bytes(), stamp);
                }
            }
        };
    }

    static Contents of(ReadOnlyPager pager) {
        return new Contents() {
            @Override
            public Stream<PageId> regular() {
                return pager.allocatedPages();
            }

            @Override
            public Stream<ProtectedPageId> guarded() {
                return pager.allocatedProtectedPages();
            }

            @Override
            public boolean matches(PageId id, int stamp) {
                return Stamps.matches(pager.copy(id), stamp);
            }

            @Override
            public boolean matches(ProtectedPageId id, int stamp) {
                return Stamps.matches(pager.copy(id), stamp);
            }
        };
    }
}
