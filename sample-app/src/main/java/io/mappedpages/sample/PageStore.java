package io.mappedpages.sample;

import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;

import io.mappedpages.MappedPage;
import io.mappedpages.PageAllocator;
import io.mappedpages.PageHandle;
import io.mappedpages.PageId;
import io.mappedpages.PageWriter;
import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;
import io.mappedpages.StagedPage;
import io.mappedpages.Transaction;

/**
 * Pages of one kind, as a service offers them: by number, whole, and changed only on the client's conditions. Any
 * thread may call any method; each throws what the pager throws.
 *
 * @param <H> the kind of page
 */
final class PageStore<H extends PageHandle> {

    /**
     * What is different from one kind of page to the other.
     *
     * @param pages    all there are
     * @param handleOf the handle with a number
     * @param alloc    allocates a page in a transaction
     * @param write    stages what a page is to hold in a transaction
     */
    record Kind<H extends PageHandle>(PageAllocator<H> pages, LongFunction<H> handleOf, Function<Transaction, H> alloc,
            BiFunction<Transaction, H, StagedPage> write) {

        static Kind<PageId> regular(Pager pager) {
            return new Kind<>(pager.pages(), PageId::new, Transaction::alloc, Transaction::write);
        }

        static Kind<ProtectedPageId> guarded(Pager pager) {
            return new Kind<>(pager.protectedPages(), ProtectedPageId::new, Transaction::allocProtected,
                    Transaction::write);
        }

        Kind<H> with(PageAllocator<H> otherPages) {
            return new Kind<>(otherPages, handleOf, alloc, write);
        }
    }

    private final Pager pager;
    private final Kind<H> kind;
    private final PageAllocator<H> pages;

    /**
     * Comparing and freeing are two steps: a page cannot be freed while it is borrowed, not even by the thread that borrows it.
     * A conditional delete therefore holds this alone, and whatever else changes the page holds it together with
     * others. That is enough because this service is the only user of its file.
     */
    private final StripedLock changes = new StripedLock();

    /** Hears how many bytes of a client's became durable. */
    private final LongConsumer stored;

    PageStore(Pager pager, Kind<H> kind) {
        this(pager, kind, _ -> {});
    }

    PageStore(Pager pager, Kind<H> kind, LongConsumer stored) {
        this.pager = pager;
        this.kind = kind;
        this.stored = stored;
        this.pages = kind.pages();
    }

    /** Allocates a page of zeros. Durable on return. */
    H create() {
        return pages.alloc();
    }

    /** Allocates a page and fills it, as one change: a crash leaves the page with its content, or no page. Durable on return. */
    H create(PageContent content) {
        H created = pager.transact(transaction -> {
            H page = kind.alloc().apply(transaction);
            content.storeInto(kind.write().apply(transaction, page).bytes());
            return page;
        });
        stored.accept(pager.pageSize());
        return created;
    }

    /** The pages in use, in ascending order: so many at most, from a number on. */
    List<Long> list(long from, int most) {
        return pages.allocated(from).limit(most).map(PageHandle::number).toList();
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
            stored.accept(pager.pageSize());
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
        return kind.handleOf().apply(number.value());
    }
}
