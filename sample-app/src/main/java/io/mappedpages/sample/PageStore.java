package io.mappedpages.sample;

import java.util.concurrent.locks.Lock;
import java.util.function.LongFunction;

import io.mappedpages.MappedPage;
import io.mappedpages.PageAllocator;
import io.mappedpages.PageHandle;
import io.mappedpages.PageWriter;

/**
 * Pages of one kind, as a service offers them: by number, whole, and changed only on the client's conditions. Any
 * thread may call any method; each throws what the pager throws.
 *
 * @param <H> the kind of page
 */
final class PageStore<H extends PageHandle> {

    private final PageAllocator<H> pages;
    private final LongFunction<H> handleOf;

    /**
     * Comparing and freeing are two steps: a page cannot be freed while it is borrowed, not even by the thread that borrows it.
     * A conditional delete therefore holds this alone, and whatever else changes the page holds it together with
     * others. That is enough because this service is the only user of its file.
     */
    private final StripedLock changes = new StripedLock();

    PageStore(PageAllocator<H> pages, LongFunction<H> handleOf) {
        this.pages = pages;
        this.handleOf = handleOf;
    }

    /** Allocates a page of zeros. Durable on return. */
    H create() {
        return pages.alloc();
    }

    /**
     * Allocates a page and fills it. Durable on return. The two are a commit each: a crash between them leaves a page
     * of zeros whose number nobody was told.
     */
    H create(PageContent content) {
        H page = pages.alloc();
        try (PageWriter writer = pages.write(page)) {
            content.storeInto(writer.bytes());
            writer.commit();
        } catch (RuntimeException e) {
            giveBack(page, e);
            throw e;
        }
        return page;
    }

    private void giveBack(H page, RuntimeException reason) {
        try {
            pages.free(page);
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    PageContent read(PageNumber number) {
        try (MappedPage page = pages.read(handle(number))) {
            return PageContent.copyOf(page.bytes());
        }
    }

    /**
     * Replaces a page's content. Durable on return. The page is borrowed from before the comparison until after the
     * commit, so that of two clients with the same condition one is refused.
     */
    void replace(PageNumber number, PageContent content, Precondition condition) {
        Lock lock = changes.shared(number.value());
        lock.lock();
        try (PageWriter writer = pages.write(handle(number))) {
            if (!condition.isEmpty()) {
                condition.check(PageContent.copyOf(writer.bytes()));
            }
            content.storeInto(writer.bytes());
            writer.commit();
        } finally {
            lock.unlock();
        }
    }

    /** Frees a page. Durable on return. */
    void delete(PageNumber number, Precondition condition) {
        Lock lock = condition.isEmpty() ? changes.shared(number.value()) : changes.exclusive(number.value());
        lock.lock();
        try {
            if (!condition.isEmpty()) {
                condition.check(read(number));
            }
            pages.free(handle(number));
        } finally {
            lock.unlock();
        }
    }

    private H handle(PageNumber number) {
        return handleOf.apply(number.value());
    }
}
