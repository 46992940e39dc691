package io.mappedpages.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;

import org.junit.jupiter.api.Test;

import io.mappedpages.testing.Background;
import io.mappedpages.testing.Seed;

/** Latches in a table that may keep one block only. */
class LatchTableTest {

    private static final int BLOCK = 1 << LatchBlock.BITS;

    private final LatchTable latches = new LatchTable(1);

    private static Patience none() {
        return Patience.of(0);
    }

    private LatchBlock shared(long page) {
        return Objects.requireNonNull(latches.acquireShared(page, none()));
    }

    private LatchBlock exclusive(long page) {
        return Objects.requireNonNull(latches.acquireExclusive(page, none()));
    }

    /** Makes the table want to give up what nobody holds. */
    private void useManyOthers() {
        for (int i = 1_000; i < 1_100; i++) {
            long page = (long) i * BLOCK;
            latches.releaseShared(shared(page), page);
        }
    }

    @Test
    void aLatchThatIsHeldSurvivesWhateverElseIsUsed() {
        LatchBlock block = exclusive(7);
        useManyOthers();
        assertThat(latches.acquireShared(7, none())).isNull();
        assertThat(latches.holders(7)).isEqualTo(new LatchTable.Holders(true, 0));
        latches.releaseExclusive(block, 7);
        assertThat(latches.holders(7).none()).isTrue();
        assertThat(shared(7)).isNotNull();
    }

    @Test
    void whatNobodyHoldsIsForgotten() {
        LatchBlock block = shared(7);
        block.mark(7, LatchBlock.ALLOCATED);
        latches.releaseShared(block, 7);
        assertThat(latches.trySharedAllocated(7)).isSameAs(block);
        latches.releaseShared(block, 7);
        useManyOthers();
        assertThat(latches.trySharedAllocated(7)).as("its mark is gone").isNull();
        assertThat(block.isMarked(7, LatchBlock.ALLOCATED)).isFalse();
        assertThat(shared(7)).isNotSameAs(block);
    }

    @Test
    void thatAPageWasLentIsNeverForgotten() {
        LatchBlock block = exclusive(7);
        block.mark(7, LatchBlock.LENT);
        latches.releaseExclusive(block, 7);
        assertThat(latches.wasLent(7)).isTrue();
        assertThat(latches.wasLent(8)).isFalse();
        useManyOthers();
        assertThat(block.isMarked(7, LatchBlock.LENT)).as("the block is in use").isFalse();
        assertThat(latches.wasLent(7)).isTrue();
        assertThat(latches.wasLent(7 + BLOCK)).isFalse();
        assertThat(latches.wasLent(7 + ((long) BLOCK << 14))).isFalse();
    }

    @Test
    void aBlockThatCannotBeRetiredIsAsItWas() {
        LatchBlock block = exclusive(7);
        block.mark(7, LatchBlock.LENT);
        latches.releaseExclusive(block, 7);
        shared(200);
        assertThat(block.retire()).isFalse();
        assertThat(block.isMarked(7, LatchBlock.LENT)).isTrue();
        assertThat(latches.holders(200)).isEqualTo(new LatchTable.Holders(false, 1));
        assertThat(exclusive(7)).isSameAs(block);
    }

    @Test
    void aFreedPageHasToBeLookedAtAgain() {
        LatchBlock block = exclusive(7);
        block.mark(7, LatchBlock.ALLOCATED | LatchBlock.VERIFIED | LatchBlock.LENT);
        latches.releaseFreed(block, 7);
        assertThat(latches.trySharedAllocated(7)).isNull();
        assertThat(latches.tryLendAllocated(7)).isNull();
        assertThat(block.isMarked(7, LatchBlock.VERIFIED)).isFalse();
        assertThat(latches.wasLent(7)).isTrue();
    }

    @Test
    void manyThreadsExcludeEachOtherWhileBlocksComeAndGo() {
        long seed = Seed.next();
        int pages = 64;
        // Per page: writers in the upper half, readers in the lower. Nobody may ever see a writer and somebody else.
        AtomicIntegerArray inside = new AtomicIntegerArray(pages);
        Seed.named(seed, () -> {
            List<Background<Boolean>> running = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Random random = new Random(seed + i);
                running.add(Background.run(() -> {
                    for (int step = 0; step < 30_000; step++) {
                        int n = random.nextInt(pages);
                        use(n, (long) n * BLOCK + n, random.nextInt(4) == 0, inside);
                    }
                }));
            }
            running.forEach(Background::result);
        });
        assertThat(latches.awaitIdle(none())).isTrue();
    }

    private void use(int n, long page, boolean writing, AtomicIntegerArray inside) {
        Patience patience = Patience.of(Duration.ofSeconds(60).toNanos());
        if (writing) {
            LatchBlock block = Objects.requireNonNull(latches.acquireExclusive(page, patience));
            assertThat(inside.getAndAdd(n, 1 << 16)).isZero();
            inside.addAndGet(n, -(1 << 16));
            latches.releaseExclusive(block, page);
        } else {
            LatchBlock block = Objects.requireNonNull(latches.acquireShared(page, patience));
            assertThat(inside.getAndIncrement(n)).isLessThan(1 << 16);
            inside.decrementAndGet(n);
            latches.releaseShared(block, page);
        }
    }
}
