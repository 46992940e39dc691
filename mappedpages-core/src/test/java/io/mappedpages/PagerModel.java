package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;

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
        private final Map<H, Integer> places = new HashMap<>();
        /** Those that an open transaction writes or frees: nobody else touches them. */
        private final Set<H> busy = new HashSet<>();
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
            kind.places.putAll(places);
            return kind;
        }

        void alloc(int count) {
            long size = pager.pageCount();
            long spare = pager.freePageCount() - (long) count * pagesEach;
            List<H> made = count == 1 ? List.of(pages.alloc()) : pages.allocBulk(count);
            assertThat(made).hasSize(count);
            if (spare > PLENTY + count && transactions.isEmpty()) { // else pages that were lent may stay of no use for long
                assertThat(pager.pageCount()).as("pages, when there were free ones").isEqualTo(size);
            }
            for (H handle : made) {
                if (contents.containsKey(handle)) {
                    throw new AssertionError(handle + " was handed out twice");
                }
                put(handle, 0);
            }
            check(made.get(random.nextInt(count)));
        }

        void free(int count) {
            List<H> chosen = chooseIdle(count);
            chosen.forEach(this::remove);
            if (chosen.size() == 1) {
                pages.free(chosen.getFirst());
            } else {
                pages.freeBulk(chosen);
            }
            if (!chosen.isEmpty()) {
                assertGone(chosen.getFirst());
            }
        }

        /** {@return different pages that no transaction is working on, at most so many} */
        List<H> chooseIdle(int most) {
            Set<H> chosen = new LinkedHashSet<>();
            if (2 * most >= handles.size()) {
                chosen.addAll(handles);
                chosen.removeAll(busy);
                List<H> all = new ArrayList<>(chosen);
                Collections.shuffle(all, random);
                return all.subList(0, Math.min(most, all.size()));
            }
            for (int look = 0; look < 10 * most && chosen.size() < most; look++) {
                H handle = handles.get(random.nextInt(handles.size()));
                if (!busy.contains(handle)) {
                    chosen.add(handle);
                }
            }
            return List.copyOf(chosen);
        }

        void remove(H handle) {
            contents.remove(handle);
            int place = places.remove(handle);
            H last = handles.removeLast();
            if (!last.equals(handle)) {
                handles.set(place, last);
                places.put(last, place);
            }
        }

        void put(H handle, long content) {
            if (contents.put(handle, content) == null) {
                places.put(handle, handles.size());
                handles.add(handle);
            }
        }

        private void assertGone(H handle) {
            assertThat(catchThrowable(() -> pages.read(handle))).isInstanceOfAny(PageNotAllocatedException.class,
                    ReservedPageException.class);
            assertThat(catchThrowable(() -> pages.free(handle))).isInstanceOfAny(DoubleFreeException.class,
                    ReservedPageException.class);
        }

        void write() {
            chooseIdle(1).forEach(this::write);
        }

        private void write(H handle) {
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
            chooseIdle(1).forEach(this::check);
        }

        void check(H handle) {
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

    /** What an open transaction has done with pages of one kind. */
    private final class Part<H extends PageHandle> {

        private final Kind<H> kind;
        private final IntFunction<List<H>> alloc;
        private final Consumer<H> free;
        private final Function<H, StagedPage> write;
        private final Map<H, Long> made = new LinkedHashMap<>();
        private final Map<H, Long> written = new LinkedHashMap<>();
        private final List<H> freed = new ArrayList<>();

        Part(Kind<H> kind, IntFunction<List<H>> alloc, Consumer<H> free, Function<H, StagedPage> write) {
            this.kind = kind;
            this.alloc = alloc;
            this.free = free;
            this.write = write;
        }

        void alloc(int count) {
            for (H handle : alloc.apply(count)) {
                if (kind.contents.containsKey(handle) || made.put(handle, 0L) != null) {
                    throw new AssertionError(handle + " was handed out twice");
                }
            }
        }

        /** Fills one that it has made, or gives it up. */
        void changeOwn() {
            if (!made.isEmpty()) {
                H handle = List.copyOf(made.keySet()).get(random.nextInt(made.size()));
                if (random.nextInt(4) == 0) {
                    made.remove(handle);
                    free.accept(handle);
                } else {
                    made.put(handle, store(handle, made.get(handle)));
                }
            }
        }

        private long store(H handle, long before) {
            long content = 1 + random.nextInt(Integer.MAX_VALUE);
            MemorySegment staged = write.apply(handle).bytes();
            assertContent(handle, staged, before);
            fill(staged, content);
            return content;
        }

        void free() {
            for (H handle : kind.chooseIdle(2)) {
                free.accept(handle);
                kind.busy.add(handle);
                freed.add(handle);
            }
        }

        /** Writes one, again if it has written it before; others see what it was. */
        void write() {
            List<H> chosen = written.isEmpty() || random.nextBoolean() ? kind.chooseIdle(1)
                    : List.of(written.keySet().iterator().next());
            for (H handle : chosen) {
                written.put(handle, store(handle, written.getOrDefault(handle, kind.contents.get(handle))));
                kind.busy.add(handle);
                kind.check(handle);
            }
        }

        void end(boolean isCommitted) {
            kind.busy.removeAll(written.keySet());
            freed.forEach(kind.busy::remove);
            if (isCommitted) {
                made.forEach(kind::put);
                written.forEach(kind::put);
                freed.forEach(kind::remove);
                made.keySet().stream().limit(3).forEach(kind::check);
                written.keySet().forEach(kind::check);
            } else {
                made.keySet().stream().filter(handle -> !kind.contents.containsKey(handle)).limit(1)
                        .forEach(kind::assertGone);
                freed.forEach(kind::check);
            }
        }
    }

    /** A transaction, and what it is about to do. */
    private final class OpenTransaction {

        private final Transaction transaction = pager.begin();
        private final Part<PageId> pages =
                new Part<>(regular, transaction::allocBulk, transaction::free, transaction::write);
        private final Part<ProtectedPageId> guarded = new Part<>(protectedPages, transaction::allocProtectedBulk,
                transaction::freeProtected, transaction::write);

        void step(int most) {
            Part<?> part = random.nextBoolean() ? pages : guarded;
            switch (random.nextInt(6)) {
                case 0 -> part.alloc(1 + random.nextInt(most));
                case 1, 2 -> part.changeOwn();
                case 3 -> part.free();
                default -> guarded.write();
            }
        }

        void end() {
            boolean isCommitted = random.nextInt(4) > 0;
            if (isCommitted) {
                transaction.commit();
            } else {
                transaction.close();
            }
            pages.end(isCommitted);
            guarded.end(isCommitted);
        }
    }

    private final List<OpenTransaction> transactions = new ArrayList<>();
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
        switch (random.nextInt(13)) {
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
            case 9, 10, 11 -> transaction(count);
            default -> protectedPages.read();
        }
    }

    /** A step of one of a few open transactions, or its end. */
    private void transaction(int most) {
        int at = random.nextInt(3);
        if (at >= transactions.size()) {
            transactions.add(new OpenTransaction());
            transactions.getLast().step(most);
        } else if (random.nextInt(5) == 0) {
            transactions.remove(at).end();
        } else {
            transactions.get(at).step(most);
        }
    }

    private void endTransactions() {
        transactions.forEach(OpenTransaction::end);
        transactions.clear();
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
        endTransactions();
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

    /** What should be in the file at a moment, by the pages' numbers. */
    record Contents(Map<PageId, Long> regular, Map<ProtectedPageId, Long> guarded) {
    }

    /** What should be in the file now: of open transactions nothing. */
    Contents contents() {
        return new Contents(new HashMap<>(regular.contents), new HashMap<>(protectedPages.contents));
    }

    /**
     * Compares a backup.
     *
     * @param moments what should have been in the file at the moment of the backup, and at each after that until its end
     */
    static void requireBackup(Pager backup, List<Contents> moments) {
        Contents then = moments.getFirst();
        assertThat(backup.allocatedPages()).containsExactlyInAnyOrderElementsOf(then.regular.keySet());
        assertThat(backup.allocatedProtectedPages()).containsExactlyInAnyOrderElementsOf(then.guarded.keySet());
        then.guarded.forEach((id, content) -> {
            try (MappedPage page = backup.read(id)) {
                assertContent(id, page.bytes(), content);
            }
        });
        then.regular.keySet().forEach(id -> {
            Set<Long> possible = new LinkedHashSet<>();
            for (Contents moment : moments) {
                Long content = moment.regular.get(id);
                if (content == null) {
                    break; // it was freed; whoever has that number later is another page
                }
                possible.add(content);
            }
            try (MappedPage page = backup.read(id)) {
                assertOneOf(id, page.bytes(), possible);
            }
        });
        assertThat(backup.verify().findings()).isEmpty();
    }

    private static void assertOneOf(PageHandle handle, MemorySegment bytes, Set<Long> possible) {
        AssertionError last = null;
        for (long content : possible) {
            try {
                assertContent(handle, bytes, content);
                return;
            } catch (AssertionError e) {
                last = e;
            }
        }
        throw new AssertionError("none of " + possible, last);
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
