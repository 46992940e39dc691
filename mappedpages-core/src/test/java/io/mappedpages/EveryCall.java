package io.mappedpages;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * Every method of a pager, and of what it hands out, that needs the file. On a pager that is open each of these
 * succeeds; otherwise each of them must say why not.
 */
enum EveryCall {

    ALLOC("alloc()", f -> f.pager.alloc()),

    FREE("free(PageId)", f -> f.pager.free(f.spare.get(0))),

    ALLOC_PROTECTED("allocProtected()", f -> f.pager.allocProtected()),

    FREE_PROTECTED("freeProtected(ProtectedPageId)", f -> f.pager.freeProtected(f.spareProtected.get(0))),

    ALLOC_BULK("allocBulk(int)", f -> f.pager.allocBulk(3)),

    FREE_BULK("freeBulk(Collection)", f -> f.pager.freeBulk(f.spare.subList(1, 3))),

    ALLOC_PROTECTED_BULK("allocProtectedBulk(int)", f -> f.pager.allocProtectedBulk(3)),

    FREE_PROTECTED_BULK("freeProtectedBulk(Collection)",
            f -> f.pager.freeProtectedBulk(f.spareProtected.subList(1, 3))),

    READ("read(PageId)", f -> f.pager.read(f.page).close()),

    WRITE("write(PageId)", f -> f.pager.write(f.page).close()),

    READ_PROTECTED("read(ProtectedPageId)", f -> f.pager.read(f.protectedPage).close()),

    READ_BY_FUNCTION("read(PageId, PageReader)", f -> f.pager.read(f.page, MemorySegment::byteSize)),

    READ_PROTECTED_BY_FUNCTION("read(ProtectedPageId, PageReader)",
            f -> f.pager.read(f.protectedPage, MemorySegment::byteSize)),

    WRITE_PROTECTED("write(ProtectedPageId)", f -> f.pager.write(f.protectedPage).close()),

    ALLOCATED("allocatedPages()", f -> f.pager.allocatedPages().forEach(id -> {
    })),

    ALLOCATED_PROTECTED("allocatedProtectedPages()", f -> f.pager.allocatedProtectedPages().forEach(id -> {
    })),

    PAGE_MAP("pageMap(long)", f -> f.pager.pageMap(0).forEach(range -> {
    })),

    PAGE_COUNT("pageCount()", f -> f.pager.pageCount()),

    FREE_PAGE_COUNT("freePageCount()", f -> f.pager.freePageCount()),

    PROTECTED_PAGE_COUNT("protectedPageCount()", f -> f.pager.protectedPageCount()),

    SYNC("sync()", f -> f.pager.sync()),

    CHECKPOINT("checkpoint()", f -> f.pager.checkpoint()),

    VERIFY("verify()", f -> f.pager.verify()),

    TRIM("trim()", f -> f.pager.trim()),

    COMMIT_REGULAR("WritablePage.commit()", f -> f.writer.commit()),

    COMMIT_PROTECTED("ProtectedPageWriter.commit()", f -> f.protectedWriter.commit()),

    BULK_OF_NOTHING("allocBulk(0)", f -> f.pager.allocBulk(0)),

    FREE_NOTHING("freeBulk of nothing", f -> f.pager.freeBulk(List.of())),

    PAGES_ALLOC("pages().alloc()", f -> f.pager.pages().alloc()),

    PAGES_ALLOC_BULK("pages().allocBulk(int)", f -> f.pager.pages().allocBulk(2)),

    PAGES_FREE("pages().free(H)", f -> f.pager.pages().free(f.spare.get(3))),

    PAGES_FREE_BULK("pages().freeBulk(Collection)", f -> f.pager.pages().freeBulk(f.spare.subList(4, 6))),

    PAGES_READ("pages().read(H)", f -> f.pager.pages().read(f.page).close()),

    PAGES_READ_BY_FUNCTION("pages().read(H, PageReader)",
            f -> f.pager.pages().read(f.page, MemorySegment::byteSize)),

    PAGES_WRITE("pages().write(H)", f -> f.pager.pages().write(f.page).close()),

    PAGES_ALLOCATED("pages().allocated(long)", f -> f.pager.pages().allocated(0).forEach(id -> {
    })),

    PROTECTED_ALLOCATED("protectedPages().allocated(long)", f -> f.pager.protectedPages().allocated(0).forEach(id -> {
    })),

    PROTECTED_ALLOC("protectedPages().alloc()", f -> f.pager.protectedPages().alloc()),

    PROTECTED_ALLOC_BULK("protectedPages().allocBulk(int)", f -> f.pager.protectedPages().allocBulk(2)),

    PROTECTED_FREE("protectedPages().free(H)", f -> f.pager.protectedPages().free(f.spareProtected.get(3))),

    PROTECTED_FREE_BULK("protectedPages().freeBulk(Collection)",
            f -> f.pager.protectedPages().freeBulk(f.spareProtected.subList(4, 6))),

    PROTECTED_READ("protectedPages().read(H)", f -> f.pager.protectedPages().read(f.protectedPage).close()),

    PROTECTED_READ_BY_FUNCTION("protectedPages().read(H, PageReader)",
            f -> f.pager.protectedPages().read(f.protectedPage, MemorySegment::byteSize)),

    PROTECTED_WRITE("protectedPages().write(H)", f -> f.pager.protectedPages().write(f.protectedPage).close()),

    BEGIN("begin()", f -> f.pager.begin().close()),

    TRANSACT("transact(Function)", f -> f.pager.transact(transaction -> transaction.allocBulk(2))),

    COMMIT_TRANSACTION("Transaction.commit()", f -> f.transaction.commit()),

    ALLOC_ASYNC("allocAsync()", f -> join(f.pager.allocAsync())),

    ALLOC_BULK_ASYNC("allocBulkAsync(int)", f -> join(f.pager.allocBulkAsync(3))),

    ALLOC_PROTECTED_ASYNC("allocProtectedAsync()", f -> join(f.pager.allocProtectedAsync())),

    ALLOC_PROTECTED_BULK_ASYNC("allocProtectedBulkAsync(int)", f -> join(f.pager.allocProtectedBulkAsync(3))),

    FREE_ASYNC("freeAsync(PageId)", f -> join(f.pager.freeAsync(f.spare.get(6)))),

    FREE_BULK_ASYNC("freeBulkAsync(Collection)", f -> join(f.pager.freeBulkAsync(f.spare.subList(7, 9)))),

    FREE_PROTECTED_ASYNC("freeProtectedAsync(ProtectedPageId)",
            f -> join(f.pager.freeProtectedAsync(f.spareProtected.get(6)))),

    FREE_PROTECTED_BULK_ASYNC("freeProtectedBulkAsync(Collection)",
            f -> join(f.pager.freeProtectedBulkAsync(f.spareProtected.subList(7, 9)))),

    COMMIT_REGULAR_ASYNC("WritablePage.commitAsync()", f -> join(f.writer.commitAsync())),

    COMMIT_PROTECTED_ASYNC("ProtectedPageWriter.commitAsync()", f -> join(f.otherProtectedWriter.commitAsync())),

    COMMIT_TRANSACTION_ASYNC("Transaction.commitAsync()", f -> join(f.otherTransaction.commitAsync()));

    /** What the call failed with is thrown as the call that waits would have thrown it. */
    private static void join(CompletableFuture<?> future) {
        try {
            future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** Methods that answer in any state. */
    static final List<String> ALWAYS =
            List.of("state()", "stats()", "checkFile()", "failure()", "recovery()", "path()", "pageSize()", "pages()",
                    "protectedPages()");

    /** Methods that change the state. */
    static final List<String> LIFE = List.of("suspend()", "reopen()", "reopenIfUnavailable()", "close()");

    /** Methods that wait for the fixture's writers: {@code BackupTest} has them. */
    static final List<String> LONG = List.of("backup(Path)", "backup(Path, LongConsumer)");

    /** The method, as {@code name(Type)}; those of a pager without anything before. */
    final String method;
    private final Consumer<Fixture> call;

    EveryCall(String method, Consumer<Fixture> call) {
        this.method = method;
        this.call = call;
    }

    /** Makes the call. Each may be made once on one fixture. */
    void run(Fixture fixture) {
        call.accept(fixture);
    }

    @Override
    public String toString() {
        return method;
    }

    /** A pager with all that the calls need, and writers and transactions that were begun while it was open. */
    static final class Fixture {

        final Pager pager;
        final PageId page;
        final List<PageId> spare;
        final ProtectedPageId protectedPage;
        final List<ProtectedPageId> spareProtected;
        final WritablePage writer;
        final ProtectedPageWriter protectedWriter;
        final ProtectedPageWriter otherProtectedWriter;
        final Transaction transaction;
        final Transaction otherTransaction;

        Fixture(Pager pager) {
            this.pager = pager;
            page = Pages.filled(pager, 1);
            protectedPage = Pages.filledProtected(pager, 2);
            spare = pager.allocBulk(9);
            spareProtected = pager.allocProtectedBulk(9);
            writer = pager.write(pager.alloc());
            protectedWriter = pager.write(pager.allocProtected());
            otherProtectedWriter = pager.write(pager.allocProtected());
            transaction = begun(pager);
            otherTransaction = begun(pager);
        }

        private static Transaction begun(Pager pager) {
            ProtectedPageId written = pager.allocProtected();
            Transaction begun = pager.begin();
            begun.alloc();
            begun.write(written);
            return begun;
        }

        /** Gives back what is still borrowed. */
        void release() {
            writer.close();
            protectedWriter.close();
            otherProtectedWriter.close();
            transaction.close();
            otherTransaction.close();
        }
    }
}
