package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.mappedpages.testing.Linearization;
import io.mappedpages.testing.Linearization.Call;
import io.mappedpages.testing.Linearization.Effect;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.Seed;

/**
 * Threads call one pager at the same time: there must be an order of all calls in which each has the result that it had, by borrow, by
 * function, in transactions, and without waiting.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LinearizabilityTest {

    private static final int THREADS = 4;
    private static final int CALLS = 4;
    private static final int ROUNDS = Integer.getInteger("mappedpages.test.linearizability.rounds", 150);
    private static final int PAGES = 3;

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private final AtomicLong clock = new AtomicLong();
    private final AtomicLong values = new AtomicLong();

    /** What there is: regular pages, and protected ones with what is in them. */
    private record State(Set<Long> regular, Map<Long, Long> guarded) {

        State withRegular(long page, boolean isThere) {
            Set<Long> pages = new TreeSet<>(regular);
            if (isThere) {
                pages.add(page);
            } else {
                pages.remove(page);
            }
            return new State(pages, guarded);
        }

        State with(long id, long value) {
            Map<Long, Long> all = new TreeMap<>(guarded);
            all.put(id, value);
            return new State(regular, all);
        }

        State without(long id) {
            Map<Long, Long> all = new TreeMap<>(guarded);
            all.remove(id);
            return new State(regular, all);
        }
    }

    private static Effect<State> when(Predicate<State> possible, UnaryOperator<State> change) {
        return before -> possible.test(before) ? Optional.of(change.apply(before)) : Optional.empty();
    }

    private static long only(MemorySegment page) {
        long first = page.get(ValueLayout.JAVA_LONG, 0);
        for (long at = 0; at < page.byteSize(); at += Long.BYTES) {
            if (page.get(ValueLayout.JAVA_LONG, at) != first) {
                return -1;
            }
        }
        return first;
    }

    private static void fill(MemorySegment page, long value) {
        for (long at = 0; at < page.byteSize(); at += Long.BYTES) {
            page.set(ValueLayout.JAVA_LONG, at, value);
        }
    }

    /** One call of a thread. {@return what it did} */
    private Effect<State> call(Pager pager, Random random) {
        ProtectedPageId id = new ProtectedPageId(random.nextInt(PAGES));
        PageId page = new PageId(3 + 2 * PAGES + random.nextInt(8));
        try {
            return switch (random.nextInt(11)) {
                case 0, 1 -> write(pager, id);
                case 2 -> {
                    try (MappedPage read = pager.read(id)) {
                        yield seen(id, only(read.bytes()));
                    }
                }
                case 3 -> seen(id, pager.read(id, LinearizabilityTest::only));
                case 4, 5 -> swap(pager, id, new ProtectedPageId((id.number() + 1) % PAGES));
                case 6 -> allocated(pager.alloc());
                case 7 -> allocated(pager.allocAsync().join());
                case 8 -> {
                    pager.free(page);
                    yield when(state -> state.regular.contains(page.number()),
                            state -> state.withRegular(page.number(), false));
                }
                case 9 -> {
                    pager.freeProtected(id);
                    yield when(state -> state.guarded.containsKey(id.number()), state -> state.without(id.number()));
                }
                default -> {
                    ProtectedPageId made = pager.allocProtected();
                    yield when(state -> !state.guarded.containsKey(made.number()),
                            state -> state.with(made.number(), 0));
                }
            };
        } catch (DoubleFreeException e) {
            return missing(e.page());
        } catch (PageNotAllocatedException e) {
            return missing(e.page());
        } catch (PageOutOfBoundsException e) {
            return missing(e.page());
        } catch (ReservedPageException e) { // by now it is a copy of a protected page
            return missing(e.page());
        }
    }

    private static Effect<State> missing(PageHandle handle) {
        return handle instanceof ProtectedPageId ? missing(state -> state.guarded.containsKey(handle.number()))
                : missing(state -> state.regular.contains(handle.number()));
    }

    private static Effect<State> missing(Predicate<State> isThere) {
        return when(isThere.negate(), state -> state);
    }

    private static Effect<State> allocated(PageId page) {
        return when(state -> !state.regular.contains(page.number()), state -> state.withRegular(page.number(), true));
    }

    private static Effect<State> seen(ProtectedPageId id, long value) {
        return when(state -> Long.valueOf(value).equals(state.guarded.get(id.number())), state -> state);
    }

    private Effect<State> write(Pager pager, ProtectedPageId id) {
        long value = values.incrementAndGet();
        try (ProtectedPageWriter writer = pager.write(id)) {
            long before = only(writer.bytes());
            fill(writer.bytes(), value);
            writer.commit();
            return when(state -> Long.valueOf(before).equals(state.guarded.get(id.number())),
                    state -> state.with(id.number(), value));
        }
    }

    /** In the order of their numbers, so that two of these never wait for each other. */
    private Effect<State> swap(Pager pager, ProtectedPageId one, ProtectedPageId two) {
        boolean inOrder = one.number() < two.number();
        try (Transaction transaction = pager.begin()) {
            MemorySegment first = transaction.write(inOrder ? one : two).bytes();
            MemorySegment second = transaction.write(inOrder ? two : one).bytes();
            long a = only(first);
            long b = only(second);
            fill(first, b);
            fill(second, a);
            transaction.commit();
            long low = Math.min(one.number(), two.number());
            long high = Math.max(one.number(), two.number());
            return when(
                    state -> Long.valueOf(a).equals(state.guarded.get(low))
                            && Long.valueOf(b).equals(state.guarded.get(high)),
                    state -> state.with(low, b).with(high, a));
        }
    }

    @ParameterizedTest
    @EnumSource
    void thereIsAnOrderOfAllCalls(CommitMode mode) {
        long seed = Seed.next();
        Seed.named(seed, () -> {
            Random random = new Random(seed);
            Pager pager = files.add(files.builder(10).commitMode(mode).journalSize(64 << 10).create());
            pager.allocProtectedBulk(PAGES);
            try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
                for (int round = 0; round < ROUNDS; round++) {
                    State before = stateOf(pager);
                    List<Call<State>> calls = together(pager, threads, random);
                    assertThat(Linearization.exists(before, calls)).as("round %d: an order of %s", round, calls)
                            .isTrue();
                    assertThat(Linearization.exists(before, with(calls, stateOf(pager)))).as("round %d ends so", round)
                            .isTrue();
                }
            }
            assertThat(pager.verify().findings()).isEmpty();
        });
    }

    private List<Call<State>> with(List<Call<State>> calls, State last) {
        List<Call<State>> all = new ArrayList<>(calls);
        long now = clock.incrementAndGet();
        all.add(new Call<>(now, now, when(last::equals, state -> state)));
        return all;
    }

    private List<Call<State>> together(Pager pager, ExecutorService threads, Random random) {
        Phaser start = new Phaser(THREADS);
        List<CompletableFuture<List<Call<State>>>> running = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            Random own = new Random(random.nextLong());
            running.add(CompletableFuture.supplyAsync(() -> {
                start.arriveAndAwaitAdvance();
                return calls(pager, own);
            }, threads));
        }
        List<Call<State>> all = new ArrayList<>();
        running.forEach(each -> all.addAll(each.join()));
        return all;
    }

    private List<Call<State>> calls(Pager pager, Random random) {
        List<Call<State>> calls = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            long begin = clock.incrementAndGet();
            Effect<State> effect = call(pager, random);
            calls.add(new Call<>(begin, clock.incrementAndGet(), effect));
        }
        return calls;
    }

    private static State stateOf(Pager pager) {
        Set<Long> regular = new TreeSet<>(pager.allocatedPages().map(PageId::number).toList());
        Map<Long, Long> guarded = new TreeMap<>();
        pager.allocatedProtectedPages()
                .forEach(id -> guarded.put(id.number(), pager.read(id, LinearizabilityTest::only)));
        return new State(regular, guarded);
    }

    @Test
    void thereIsNoneIfSomebodyReadsWhatWasOverwrittenBefore() {
        State initial = new State(Set.of(), Map.of(0L, 1L));
        Effect<State> write = when(state -> true, state -> state.with(0, 2));
        ProtectedPageId id = new ProtectedPageId(0);
        assertThat(Linearization.exists(initial, List.of(new Call<>(1, 4, write), new Call<>(2, 3, seen(id, 1)))))
                .isTrue();
        assertThat(Linearization.exists(initial, List.of(new Call<>(1, 4, write), new Call<>(2, 3, seen(id, 2)))))
                .isTrue();
        assertThat(Linearization.exists(initial, List.of(new Call<>(1, 2, write), new Call<>(3, 4, seen(id, 1)))))
                .isFalse();
        assertThat(Linearization.exists(initial, List.of(new Call<>(1, 2, allocated(new PageId(5))),
                new Call<>(1, 2, allocated(new PageId(5)))))).isFalse();
    }
}
