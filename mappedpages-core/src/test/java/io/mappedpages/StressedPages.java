package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;

/**
 * The pages of one kind that one thread has, and what it knows of them, while the pager fails, is reopened or closed now
 * and then. A page is full of one number. Of a call that threw {@link PagerUnavailableException} nobody can tell whether it
 * happened; what it would have changed is open then, until somebody looks. A call that threw {@link PagerClosedException}
 * did not happen.
 *
 * <p>For one thread at a time; the numbers handed out are shared by all threads.
 */
final class StressedPages<H extends PageHandle> {

    private static final int MOST_PAGES = 40;
    private static final int MOST_AT_ONCE = 6;
    private static final int MOST_OPEN_FREES = 3;

    private final Function<Pager, PageAllocator<H>> kind;
    /** Whether a page is changed whole or not at all. */
    private final boolean isWhole;
    private final Random random;
    /** What all threads have; of each page it is known that nobody else may be given it. */
    private final Set<H> handedOut;
    /** What may be in each page: of several numbers one, or if it is not whole, any mixture. */
    private final Map<H, Set<Long>> contents = new HashMap<>();
    /** Calls for which it is open whether all of these pages are still there. */
    private final List<Map<H, Set<Long>>> openFrees = new ArrayList<>();
    /** How many pages a call wanted of which it is open whether it got them, or 0. */
    private int openAlloc;
    private long lastNumber;

    /** @param firstNumber where the numbers begin that this thread writes, and no other one does */
    StressedPages(Function<Pager, PageAllocator<H>> kind, boolean isWhole, Random random, Set<H> handedOut,
            long firstNumber) {
        this.kind = kind;
        this.isWhole = isWhole;
        this.random = random;
        this.handedOut = handedOut;
        this.lastNumber = firstNumber;
    }

    /** Makes one call, or a few that belong together. */
    void step(Pager pager) {
        PageAllocator<H> pages = kind.apply(pager);
        int what = random.nextInt(10);
        if (contents.isEmpty() || (what < 2 && contents.size() < MOST_PAGES)) {
            alloc(pages);
        } else if (what < 3) {
            free(pages);
        } else if (what < 8) {
            write(pages);
        } else {
            check(pages, any());
        }
    }

    private H any() {
        return List.copyOf(contents.keySet()).get(random.nextInt(contents.size()));
    }

    private void alloc(PageAllocator<H> pages) {
        if (openAlloc > 0) {
            return; // more of them, and any number of pages that nobody knows of could be explained
        }
        int count = 1 + random.nextInt(MOST_AT_ONCE);
        List<H> made;
        try {
            made = count == 1 ? List.of(pages.alloc()) : pages.allocBulk(count);
        } catch (PagerUnavailableException e) {
            openAlloc = count;
            throw e;
        }
        assertThat(made).hasSize(count);
        made.forEach(id -> take(id, Set.of(0L)));
        made.forEach(id -> check(pages, id));
    }

    private void take(H id, Set<Long> content) {
        assertThat(handedOut.add(id)).as("%s is nobody else's", id).isTrue();
        contents.put(id, content);
    }

    private void free(PageAllocator<H> pages) {
        if (openFrees.size() == MOST_OPEN_FREES) {
            return;
        }
        Map<H, Set<Long>> victims = new HashMap<>();
        for (int i = random.nextInt(MOST_AT_ONCE); i >= 0 && !contents.isEmpty(); i--) {
            H victim = any();
            victims.put(victim, contents.remove(victim));
        }
        handedOut.removeAll(victims.keySet()); // before they are, for somebody may be given them at once
        try {
            if (victims.size() == 1) {
                pages.free(victims.keySet().iterator().next());
            } else {
                pages.freeBulk(victims.keySet());
            }
        } catch (PagerUnavailableException e) {
            openFrees.add(victims);
            throw e;
        } catch (PagerClosedException e) {
            victims.forEach(this::take);
            throw e;
        }
    }

    private void write(PageAllocator<H> pages) {
        H id = any();
        try (PageWriter page = pages.write(id)) {
            Set<Long> before = find(id, page.byteBuffer().asLongBuffer());
            long number = ++lastNumber;
            boolean isCommitted = !isWhole || random.nextInt(8) > 0;
            Set<Long> either = new HashSet<>(before);
            if (isCommitted) {
                either.add(number);
            }
            contents.put(id, either);
            LongBuffer words = page.byteBuffer().asLongBuffer();
            while (words.hasRemaining()) {
                words.put(number);
            }
            if (isCommitted) {
                commit(id, page, before);
                contents.put(id, Set.of(number));
            }
        }
    }

    private void commit(H id, PageWriter page, Set<Long> before) {
        try {
            page.commit();
        } catch (PagerClosedException e) {
            if (isWhole) {
                contents.put(id, before);
            }
            throw e;
        }
    }

    private void check(PageAllocator<H> pages, H id) {
        try (MappedPage page = pages.read(id)) {
            find(id, page.byteBuffer().asLongBuffer());
        }
    }

    /** Requires that what is in a page may be there. From now on it must be there. */
    private Set<Long> find(H id, LongBuffer words) {
        Set<Long> found = new HashSet<>();
        while (words.hasRemaining()) {
            found.add(words.get());
        }
        Set<Long> possible = contents.getOrDefault(id, Set.of());
        if (!possible.containsAll(found) || (isWhole && found.size() > 1)) {
            throw new AssertionError(
                    id + " holds " + found + ", and may hold " + (isWhole ? "one of " : "any of ") + possible);
        }
        contents.put(id, found);
        return found;
    }

    /**
     * Compares the pages of all threads with the file, while no thread calls the pager. From then on nothing is open.
     */
    static <H extends PageHandle> void settle(List<StressedPages<H>> threads, Pager pager, List<H> allocated) {
        Set<H> strange = new HashSet<>(allocated);
        assertThat(strange).as("no page is named twice").hasSameSizeAs(allocated);
        threads.forEach(thread -> thread.settleFrees(strange));
        for (StressedPages<H> thread : threads) {
            assertThat(strange).as("pages that are allocated").containsAll(thread.contents.keySet());
            strange.removeAll(thread.contents.keySet());
        }
        settleAllocs(threads, new ArrayList<>(strange));
        for (StressedPages<H> thread : threads) {
            List.copyOf(thread.contents.keySet()).forEach(id -> thread.check(thread.kind.apply(pager), id));
        }
    }

    /** Each free has happened, and perhaps others have the pages now, or not at all. */
    private void settleFrees(Set<H> allocated) {
        for (Map<H, Set<Long>> victims : openFrees) {
            List<H> left = victims.keySet().stream().filter(id -> allocated.contains(id) && !handedOut.contains(id))
                    .toList();
            assertThat(left.size()).as("pages left of a free of %s, which are %s", victims.keySet(), left).isIn(0,
                    victims.size());
            if (!left.isEmpty()) {
                victims.forEach(this::take);
            }
        }
        openFrees.clear();
    }

    /** What nobody has was allocated by calls of which that was open, each of them wholly or not at all. */
    private static <H extends PageHandle> void settleAllocs(List<StressedPages<H>> threads, List<H> left) {
        Map<Integer, List<StressedPages<H>>> sums = new HashMap<>(Map.of(0, List.of()));
        for (StressedPages<H> thread : threads) {
            Map.copyOf(sums).forEach((sum, callers) -> {
                List<StressedPages<H>> more = new ArrayList<>(callers);
                more.add(thread);
                sums.putIfAbsent(sum + thread.openAlloc, more);
            });
        }
        List<StressedPages<H>> callers = sums.get(left.size());
        if (callers == null) {
            throw new AssertionError(left + " are allocated and nobody was told, while it is open of calls for "
                    + threads.stream().map(thread -> thread.openAlloc).toList() + " pages");
        }
        for (StressedPages<H> caller : callers) {
            for (int i = 0; i < caller.openAlloc; i++) {
                caller.take(left.removeLast(), Set.of(0L));
            }
        }
        threads.forEach(thread -> thread.openAlloc = 0);
    }
}
