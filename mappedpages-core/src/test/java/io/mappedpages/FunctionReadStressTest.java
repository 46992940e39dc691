package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.Background;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.Seed;

/**
 * Functions read pages that others write, free, get back as another kind of page, cut off, map anew and reopen. What a read
 * returns was in the page as a whole, at a moment between its beginning and its end.
 * {@code -Dmappedpages.test.stress.seconds=} makes it go on for longer.
 */
@Timeout(value = 3, unit = TimeUnit.HOURS, threadMode = ThreadMode.SEPARATE_THREAD)
class FunctionReadStressTest {

    private static final long MILLIS = TimeUnit.SECONDS
            .toMillis(Long.getLong("mappedpages.test.stress.seconds", 2)) / Trouble.values().length;
    /** So many times as long if what is to happen has not happened yet. */
    private static final int MOST_TIMES = 30;
    private static final int WRITERS = 3;
    private static final int READERS = 3;
    /** Pages of each kind that each writer has. */
    private static final int PAGES = 6;
    private static final int PAGE_BITS = 24;
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED;

    /** What else happens to the file. */
    private enum Trouble {
        /** It gets longer and shorter. */
        GROWTH_AND_TRIM,
        /** It may not grow, and has hardly more pages than are needed: so it is mapped anew again and again. */
        MAPPING_ANEW,
        REOPENING
    }

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private final FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());

    @ParameterizedTest
    @EnumSource
    void whatAFunctionReadsWasInThePageAsAWhole(Trouble trouble) {
        long seed = Seed.next();
        Seed.named(seed, () -> new Run(trouble, seed).run());
    }

    /**
     * A page that a writer has: of which kind, and what was last committed to it. Freeing it ends this object; the handle may
     * live on in another one.
     */
    private static final class Owned<H extends PageHandle> {
        private final H id;
        private volatile long committed;
        private volatile boolean isFreed;

        Owned(H id) {
            this.id = id;
        }
    }

    /** A content that was never there as a whole. The function must not tell it apart; so it is returned, and counts or not. */
    private static final long TORN = -1;

    private static long wordOf(MemorySegment page) {
        long first = page.get(WORD, 0);
        for (long at = Long.BYTES; at < page.byteSize(); at += Long.BYTES) {
            if (page.get(WORD, at) != first) {
                return TORN;
            }
        }
        return first;
    }

    private final class Run {
        private final Trouble trouble;
        private final long seed;
        private final Pager pager;
        private final List<AtomicReference<@Nullable Owned<PageId>>> regular = new ArrayList<>();
        private final List<AtomicReference<@Nullable Owned<ProtectedPageId>>> guarded = new ArrayList<>();
        private final AtomicLong numbers = new AtomicLong();
        private final AtomicLong reads = new AtomicLong();
        private final AtomicLong refusals = new AtomicLong();
        private volatile boolean isOver;

        Run(Trouble trouble, long seed) {
            this.trouble = trouble;
            this.seed = seed;
            for (int i = 0; i < WRITERS * PAGES; i++) {
                regular.add(new AtomicReference<>());
                guarded.add(new AtomicReference<>());
            }
            PagerBuilder builder = files.builder(10).borrowTimeout(Duration.ofSeconds(60)).storage(storage)
                    .commitMode(trouble == Trouble.MAPPING_ANEW ? CommitMode.CHECKPOINT : CommitMode.JOURNAL)
                    .journalSize(16 << 10);
            if (trouble == Trouble.MAPPING_ANEW) {
                long pages = 3 + 12 + 3 * WRITERS * PAGES;
                builder.initialSize(pages << 10).maxSize(pages << 10);
            }
            pager = files.add(builder.create());
        }

        void run() {
            storage.reset();
            List<Background<Boolean>> running = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int first = i * PAGES;
                Random random = new Random(seed + i);
                running.add(Background.run(() -> {
                    while (!isOver) {
                        write(pager.pages(), regular.get(first + random.nextInt(PAGES)), random);
                        write(pager.protectedPages(), guarded.get(first + random.nextInt(PAGES)), random);
                    }
                }));
            }
            for (int i = 0; i < READERS; i++) {
                Random random = new Random(seed + WRITERS + i);
                running.add(Background.run(() -> {
                    while (!isOver) {
                        for (int round = 0; round < 50; round++) {
                            read(pager.pages(), regular.get(random.nextInt(regular.size())));
                            read(pager.protectedPages(), guarded.get(random.nextInt(guarded.size())));
                        }
                    }
                }));
            }
            long begin = System.nanoTime();
            Random random = new Random(seed - 1);
            while (!isLongEnough(System.nanoTime() - begin) && running.stream().noneMatch(Background::isDone)) {
                make(trouble, random);
            }
            isOver = true;
            running.forEach(Background::result);
            assertThat(reads).as("reads").hasPositiveValue();
            if (trouble == Trouble.REOPENING) {
                assertThat(refusals).as("calls in the middle of which it was reopened").hasPositiveValue();
            }
            if (trouble == Trouble.MAPPING_ANEW) {
                assertThat(storage.count(Call.MAP)).as("how often the file was mapped anew").isPositive();
            }
        }

        /** On a busy machine it can take a while until the trouble strikes at all. */
        private boolean isLongEnough(long nanos) {
            boolean hasStruck = switch (trouble) {
                case REOPENING -> refusals.get() > 0;
                case MAPPING_ANEW -> storage.count(Call.MAP) > 0;
                default -> true;
            };
            return nanos >= TimeUnit.MILLISECONDS.toNanos(hasStruck ? MILLIS : MOST_TIMES * MILLIS);
        }

        private void make(Trouble what, Random random) {
            switch (what) {
                case GROWTH_AND_TRIM -> {
                    List<PageId> more = pager.allocBulk(200 + random.nextInt(2000));
                    sleep(random);
                    pager.freeBulk(more);
                    pager.trim();
                }
                case MAPPING_ANEW -> lendAllThatIsFree();
                case REOPENING -> {
                    sleep(random);
                    pager.reopen();
                }
            }
        }

        /** So that none of it can become a protected page before the file is mapped anew. */
        private void lendAllThatIsFree() {
            try {
                List<PageId> all = pager.allocBulk(Math.toIntExact(pager.freePageCount()));
                all.forEach(id -> pager.write(id).close());
                pager.freeBulk(all);
                pager.freeProtected(pager.allocProtected());
            } catch (PagerFullException e) {
                refusals.incrementAndGet(); // others were quicker
            }
        }

        /** Gets a page, frees one, or fills one with a number that nobody else has. */
        private <H extends PageHandle> void write(PageAllocator<H> pages, AtomicReference<@Nullable Owned<H>> slot,
                Random random) {
            Owned<H> owned = slot.get();
            try {
                if (owned == null) {
                    slot.set(new Owned<>(pages.alloc()));
                } else if (random.nextInt(8) == 0) {
                    owned.isFreed = true; // before it is
                    slot.set(null);
                    pages.free(owned.id);
                } else {
                    fill(pages, owned);
                }
            } catch (PagerFullException e) {
                refusals.incrementAndGet(); // others have it all at this moment
            } catch (PagerUnavailableException e) {
                refusals.incrementAndGet(); // reopened, and nothing has happened; a page that was to be freed is nobody's from now on
                assertThat(trouble).isEqualTo(Trouble.REOPENING);
            }
        }

        private <H extends PageHandle> void fill(PageAllocator<H> pages, Owned<H> owned) {
            long word = numbers.incrementAndGet() << PAGE_BITS | owned.id.number() << 1
                    | (owned.id instanceof PageId ? 0 : 1);
            try (PageWriter page = pages.write(owned.id)) {
                MemorySegment bytes = page.bytes();
                for (long at = 0; at < bytes.byteSize(); at += Long.BYTES) {
                    bytes.set(WORD, at, word);
                }
                if (owned.id instanceof ProtectedPageId) {
                    page.commit();
                }
            }
            owned.committed = word; // after it was given back
        }

        private <H extends PageHandle> void read(PageAllocator<H> pages, AtomicReference<@Nullable Owned<H>> slot) {
            Owned<H> owned = slot.get();
            if (owned == null) {
                return;
            }
            long committed = owned.committed;
            long word;
            try {
                word = pages.read(owned.id, FunctionReadStressTest::wordOf);
            } catch (PageNotAllocatedException | PageOutOfBoundsException | ReservedPageException e) {
                assertThat(owned.isFreed).as("%s was freed, for reading it was refused: %s", owned.id, e).isTrue();
                return;
            } catch (PagerUnavailableException e) {
                refusals.incrementAndGet(); // reopened
                return;
            }
            reads.incrementAndGet();
            assertThat(word).as("what was read of %s, torn", owned.id).isNotEqualTo(TORN);
            if (word != 0) {
                assertThat((word & ((1L << PAGE_BITS) - 1)) >> 1).as("whose content was read")
                        .isEqualTo(owned.id.number());
                assertThat((word & 1) == 0).as("content of a regular page").isEqualTo(owned.id instanceof PageId);
            }
            if (!owned.isFreed) { // else it may be another one by now
                assertThat(word >>> PAGE_BITS).as("%s going back", owned.id)
                        .isGreaterThanOrEqualTo(committed >>> PAGE_BITS);
            }
        }

        private void sleep(Random random) {
            try {
                Thread.sleep(random.nextInt(20));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
