package io.mappedpages.internal.latch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;

import org.junit.jupiter.api.Test;

import io.mappedpages.internal.thread.Deadline;
import io.mappedpages.testing.Background;
import io.mappedpages.testing.Seed;

/** Latches in a table that may keep one block only. */
class LatchTableTest {

    private static final int BLOCK = LatchBlock.SIZE;

    private final LatchTable latches = new LatchTable(1, new WaitCounts());

    private static Deadline none() {
        return Deadline.of(0);
    }

    private Latch shared(long page) {
        Latch latch = new Latch(latches, page);
        assertThat(latch.acquireShared(none())).isTrue();
        return latch;
    }

    private Latch exclusive(long page) {
        Latch latch = new Latch(latches, page);
        assertThat(latch.acquireExclusive(none())).isTrue();
        return latch;
    }

    private Holders readers(int count) {
        return new Holders(false, count);
    }

    /** Makes the table want to give up what nobody holds. */
    private void useManyOthers() {
        for (int i = 1_000; i < 1_100; i++) {
            shared((long) i * BLOCK).release();
        }
    }

    @Test
    void aSoleHolderGivesBackOnceWhateverComesAfter() {
        Latch first = shared(7);
        LatchBlock block = first.block();
        assertThat(block.releaseSole(7, first.ticket(), 0)).isTrue();
        assertThat(block.releaseSole(7, first.ticket(), 0)).isFalse();
        Latch second = shared(7);
        assertThat(block.releaseSole(7, first.ticket(), 0)).as("the next holder's latch").isFalse();
        assertThat(block.isCounted(7, first.ticket())).isFalse();
        Latch third = shared(7);
        assertThat(block.releaseSole(7, first.ticket(), 0)).isFalse();
        assertThat(block.isCounted(7, first.ticket())).as("it left before there were several").isFalse();
        assertThat(latches.holders(7)).isEqualTo(readers(2));
        second.release();
        third.release();
        Latch writer = exclusive(7);
        assertThat(block.releaseSole(7, first.ticket(), 0)).isFalse();
        assertThat(latches.holders(7)).isEqualTo(new Holders(true, 0));
        writer.release();
        assertThat(latches.holders(7)).isEqualTo(readers(0));
    }

    @Test
    void whoWasAloneIsCountedWhenOthersCome() {
        Latch first = shared(7);
        Latch second = shared(7);
        assertThat(second.ticket()).isEqualTo(LatchBlock.ONE_OF_SEVERAL);
        assertThat(first.block().isCounted(7, first.ticket())).isTrue();
        assertThat(first.block().releaseSole(7, first.ticket(), 0)).isFalse();
        first.release();
        assertThat(latches.holders(7)).isEqualTo(readers(1));
        Latch third = shared(7);
        second.release();
        assertThat(new Latch(latches, 7).acquireExclusive(none())).isFalse();
        third.release();
        assertThat(latches.holders(7)).isEqualTo(readers(0));
        assertThat(shared(7).ticket()).as("alone again").isNotEqualTo(LatchBlock.ONE_OF_SEVERAL)
                .isNotEqualTo(first.ticket());
    }

    /** So that no reader meets a writer who is about to go. */
    @Test
    void aWriterWhoBecomesAReaderLetsReadersInAndKeepsWritersOut() {
        Latch writer = exclusive(7);
        writer.share(LatchBlock.VERIFIED);
        assertThat(latches.holders(7)).isEqualTo(readers(1));
        assertThat(writer.block().isMarked(7, LatchBlock.VERIFIED)).isTrue();
        assertThat(new Latch(latches, 7).acquireExclusive(none())).isFalse();
        Latch reader = shared(7);
        writer.release();
        assertThat(writer.isReleased()).isTrue();
        writer.release();
        assertThat(latches.holders(7)).isEqualTo(readers(1));
        reader.release();
        exclusive(7).release();
        writer.share(LatchBlock.VERIFIED); // which it is no more
        assertThat(latches.holders(7)).isEqualTo(readers(0));
    }

    /**
     * A writer looks which copy is not current, and another one writes that copy before it has the latch: it would have the
     * latch of the current copy until it looked again.
     */
    @Test
    void whoeverHadTheLatchSinceItWasLookedForIsNoticed() {
        int[] looks = new int[1];
        Latch latch = new Latch(latches, 7);

        boolean granted = latch.acquireExclusive(none(), () -> {
            if (looks[0]++ == 0) {
                exclusive(7).release();
                return false;
            }
            return true;
        });

        assertThat(granted).isFalse();
        assertThat(latch.wasRefused()).isFalse();
        assertThat(latches.holders(7)).isEqualTo(readers(0));
        latch.aim(7);
        assertThat(latch.acquireExclusive(none(), () -> false)).isTrue();
        assertThat(latches.holders(7)).isEqualTo(new Holders(true, 0));
        latch.release();
    }

    /** The word of page 7, which is a user's. */
    private long readableWord(LatchBlock block) {
        block.mark(7, LatchBlock.ALLOCATED);
        return block.look(7);
    }

    @Test
    void whoReadsWithoutTheLatchIsNotDisturbedByReaders() {
        Latch before = shared(7);
        LatchBlock block = before.block();
        long seen = readableWord(block);
        assertThat(LatchBlock.isReadable(seen)).isTrue();

        Latch second = shared(7);
        assertThat(block.isUnwritten(7, seen)).as("one more").isTrue();
        before.release();
        second.release();
        assertThat(block.isUnwritten(7, seen)).as("none left").isTrue();
        for (int i = 0; i < 15; i++) {
            shared(7).release();
            assertThat(block.isUnwritten(7, seen)).as("%d came and went", i + 1).isTrue();
        }
        assertThat(latches.holders(7)).isEqualTo(readers(0));
    }

    /** However often: the few bits in which writers are counted come round, and then the tickets tell. */
    @Test
    void whoReadsWithoutTheLatchNoticesWriters() {
        LatchBlock block = latches.block(7);
        long seen = readableWord(block);
        for (int i = 0; i < 100; i++) {
            Latch writer = exclusive(7);
            assertThat(LatchBlock.isReadable(block.look(7))).isFalse();
            assertThat(block.isUnwritten(7, seen)).as("while the writer has it").isFalse();
            writer.release();
            assertThat(LatchBlock.isReadable(block.look(7))).isTrue();
            assertThat(block.isUnwritten(7, seen)).as("after %d writers", i + 1).isFalse();
        }
    }

    @Test
    void whoReadsWithoutTheLatchNoticesAWriterAmongReadersAndOneWhoBecameAReader() {
        for (int before = 0; before < 20; before++) {
            LatchBlock block = latches.block(7);
            long seen = readableWord(block);
            for (int i = 0; i < before; i++) {
                shared(7).release();
            }
            Latch writer = exclusive(7);
            writer.share(LatchBlock.VERIFIED);
            Latch reader = shared(7);
            assertThat(block.isUnwritten(7, seen)).as("after %d readers", before).isFalse();
            writer.release();
            reader.release();
            assertThat(block.isUnwritten(7, seen)).as("after %d readers", before).isFalse();
        }
    }

    @Test
    void whoReadsWithoutTheLatchNoticesThatThePageWasFreedAndThatItsBlockIsGone() {
        LatchBlock block = latches.block(7);
        long seen = readableWord(block);
        try (HeldLatches freeing = new HeldLatches(latches, none(), false, 1)) {
            assertThat(freeing.acquire(7, () -> false)).isTrue();
        }
        assertThat(block.isUnwritten(7, seen)).as("freed").isFalse();
        assertThat(LatchBlock.isReadable(block.look(7))).as("a free page").isFalse();

        long then = readableWord(block);
        useManyOthers();
        assertThat(block.isRetired(7)).isTrue();
        assertThat(block.isUnwritten(7, then)).as("gone").isFalse();
        assertThat(LatchBlock.isReadable(block.look(7))).as("gone").isFalse();
    }

    @Test
    void whoWaitsForTheWrongPageEndsWaitingWhenItTurnsOut() {
        Latch holder = exclusive(7);
        boolean[] moved = new boolean[1];
        Latch reader = new Latch(latches, 7);
        Latch writer = new Latch(latches, 7);
        Background<Boolean> reading = Background
                .start(() -> reader.acquireShared(Deadline.of(Long.MAX_VALUE), () -> moved[0])).untilItWaits();
        Background<Boolean> writing = Background
                .start(() -> writer.acquireExclusive(Deadline.of(Long.MAX_VALUE), () -> moved[0])).untilItWaits();

        moved[0] = true;
        latches.wakeWaiters(7);

        assertThat(reading.result()).isFalse();
        assertThat(writing.result()).isFalse();
        assertThat(reader.wasRefused()).isFalse();
        assertThat(writer.wasRefused()).isFalse();
        reader.release();
        writer.release();
        assertThat(latches.holders(7)).isEqualTo(new Holders(true, 0));
        assertThat(new Latch(latches, 7).acquireShared(none(), () -> false)).isFalse();
        holder.release();
        assertThat(reader.acquireShared(none(), () -> true)).as("what is free is taken, and looked at afterwards")
                .isTrue();
    }

    /** It had been freed, was another page's, and was never given back: whoever wanted to free the first one waited for it. */
    @Test
    void whoFreesPagesDoesNotWaitForOneThatIsNotTheRightOneAnyMore() {
        Latch holder = exclusive(8);
        boolean[] moved = new boolean[1];
        try (HeldLatches held = new HeldLatches(latches, Deadline.of(Long.MAX_VALUE), false, 2)) {
            assertThat(held.acquire(7, () -> false)).isTrue();
            Background<Boolean> waiting = Background.start(() -> held.acquire(8, () -> moved[0])).untilItWaits();

            moved[0] = true;
            latches.wakeWaiters(8);

            assertThat(waiting.result()).isFalse();
            assertThat(held.wasRefused()).isFalse();
            assertThat(latches.holders(7)).isEqualTo(new Holders(true, 0));
        }
        assertThat(latches.holders(7)).isEqualTo(readers(0));
        assertThat(latches.holders(8)).isEqualTo(new Holders(true, 0));
        holder.release();
    }

    @Test
    void ticketsStartAnewWhenThereAreNoMore() {
        LatchBlock block = new LatchBlock(0);
        block.mark(7, (1L << 36) - 1); // as after the last one
        long ticket = block.tryShared(7, 0);
        assertThat(ticket).isEqualTo(1);
        assertThat(block.holders(7)).isEqualTo(readers(1));
        assertThat(block.releaseSole(7, ticket, 0)).isTrue();
        assertThat(block.tryExclusive(7, 0, 0)).isEqualTo(2);
    }

    @Test
    void aLatchThatIsHeldSurvivesWhateverElseIsUsed() {
        Latch latch = exclusive(7);
        useManyOthers();
        assertThat(new Latch(latches, 7).acquireShared(none())).isFalse();
        assertThat(latches.holders(7)).isEqualTo(new Holders(true, 0));
        latch.release();
        assertThat(latches.holders(7)).isEqualTo(readers(0));
        assertThat(shared(7)).isNotNull();
    }

    @Test
    void whatNobodyHoldsIsForgotten() {
        Latch latch = shared(7);
        LatchBlock block = latch.block();
        block.mark(7, LatchBlock.ALLOCATED);
        latch.release();
        assertThat(latches.blockIfThere(7)).isSameAs(block);
        useManyOthers();
        assertThat(latches.blockIfThere(7)).isNull();
        assertThat(block.isMarked(7, LatchBlock.ALLOCATED)).isFalse();
        assertThat(block.tryShared(7, 0)).isEqualTo(LatchBlock.GONE);
        assertThat(block.tryExclusive(7, 0, 0)).isEqualTo(LatchBlock.GONE);
        assertThat(block.releaseSole(7, latch.ticket(), 0)).isFalse();
        assertThat(block.isCounted(7, latch.ticket())).isFalse();
        assertThat(shared(7).block()).isNotSameAs(block);
    }

    @Test
    void thatAPageWasLentIsNeverForgotten() {
        Latch latch = exclusive(7);
        latch.block().mark(7, LatchBlock.LENT);
        latch.release();
        assertThat(latches.wasLent(7)).isTrue();
        assertThat(latches.wasLent(8)).isFalse();
        useManyOthers();
        assertThat(latches.blockIfThere(7)).isNull();
        assertThat(latches.wasLent(7)).isTrue();
        assertThat(latches.wasLent(7 + BLOCK)).isFalse();
        assertThat(latches.wasLent(7 + ((long) BLOCK << 14))).isFalse();
    }

    @Test
    void blocksThatWereHeldAllAtOnceGoAfterwards() {
        List<Latch> held = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            held.add(exclusive((long) i * BLOCK));
        }
        held.forEach(Latch::release);
        assertThat(latches.blockIfThere(0)).isNotNull();
        latches.shrink();
        long left = held.stream().filter(latch -> latches.blockIfThere(latch.page()) != null).count();
        assertThat(left).isEqualTo(1);
    }

    @Test
    void aSearchPassesOverAWholeBlockOfWhichAPageWasLent() {
        Latch latch = exclusive(BLOCK + 7);
        latch.block().mark(BLOCK + 7, LatchBlock.LENT);
        latch.release();
        assertThat(latches.nextNotLent(BLOCK + 6, 9 * BLOCK)).isEqualTo(BLOCK + 6);
        assertThat(latches.nextNotLent(BLOCK + 7, 9 * BLOCK)).isEqualTo(BLOCK + 8);
        assertThat(latches.nextNotLent(BLOCK + 7, BLOCK + 8)).isEqualTo(BLOCK + 8);
        useManyOthers();
        assertThat(latches.nextNotLent(BLOCK + 6, 9 * BLOCK)).isEqualTo(2 * BLOCK);
        assertThat(latches.nextNotLent(BLOCK + 6, BLOCK + 9)).isEqualTo(BLOCK + 9);
    }

    @Test
    void aSearchPassesOverManyLentPages() {
        for (long page = BLOCK - 3; page < 3 * BLOCK + 5; page++) {
            Latch latch = exclusive(page);
            latch.block().mark(page, LatchBlock.LENT);
            latch.release();
        }
        assertThat(latches.nextNotLent(BLOCK - 3, 100 * BLOCK)).isIn(3L * BLOCK + 5, 4L * BLOCK);
        assertThat(latches.nextNotLent(BLOCK - 3, 2 * BLOCK)).isEqualTo(2 * BLOCK);
    }

    @Test
    void nothingIsDoneWhileAnythingIsHeldAndNothingIsForgotten() {
        Latch latch = exclusive(7);
        latch.block().mark(7, LatchBlock.LENT | LatchBlock.ALLOCATED);
        latch.release();
        Latch reader = shared(5 * BLOCK);
        assertThat(latches.whileNothingIsHeld(() -> {
            throw new AssertionError("page " + 5 * BLOCK + " is held");
        })).isFalse();
        assertThat(latches.countHeld()).isEqualTo(1);
        reader.release();
        assertThat(latches.whileNothingIsHeld(() -> false)).isFalse();
        assertThat(latches.wasLent(7)).isTrue();
        assertThat(latches.blockIfThere(7)).isSameAs(latch.block());
        assertThat(latch.block().tryShared(7, LatchBlock.ALLOCATED)).isPositive();
    }

    @Test
    void afterwardsNothingIsLentAndOldBlocksLendNothing() {
        Latch latch = exclusive(7);
        latch.block().mark(7, LatchBlock.LENT | LatchBlock.ALLOCATED);
        latch.release();
        useManyOthers();
        Latch again = exclusive(7);
        again.release();
        assertThat(latches.wasLent(7)).isTrue();

        assertThat(latches.whileNothingIsHeld(() -> {
            assertThat(again.block().tryShared(7, 0)).isEqualTo(LatchBlock.GONE);
            return true;
        })).isTrue();

        assertThat(latches.wasLent(7)).isFalse();
        assertThat(latches.nextNotLent(0, 9 * BLOCK)).isZero();
        assertThat(again.block().tryExclusive(7, 0, 0)).isEqualTo(LatchBlock.GONE);
        assertThat(shared(7).block()).isNotSameAs(again.block());
    }

    /** A borrow that is held back does not wait for one that waits for it. */
    @Test
    void newBorrowsWaitWhileTheyAreHeldBackAndWhoHoldsPagesGoesOn() {
        Latch latch = exclusive(7);
        latch.block().mark(7, LatchBlock.ALLOCATED);
        assertThat(latches.holdBack()).isTrue();
        assertThat(latches.holdBack()).isFalse();
        assertThat(latch.block().isMarked(7, LatchBlock.ALLOCATED)).isFalse();
        Background<Latch> waiting = Background.start(() -> shared(9));
        while (waiting.thread().getState() != Thread.State.WAITING) {
            assertThat(waiting.isDone()).isFalse();
            Thread.onSpinWait();
        }
        assertThat(new Latch(latches, 8).acquireOneMore(none(), () -> false)).isTrue();
        latch.release();
        assertThat(waiting.isDone()).isFalse();
        latches.letGo();
        assertThat(waiting.result().page()).isEqualTo(9);
    }

    @Test
    void aBlockThatCannotBeRetiredIsAsItWas() {
        Latch latch = exclusive(7);
        LatchBlock block = latch.block();
        block.mark(7, LatchBlock.LENT);
        latch.release();
        shared(200);
        assertThat(block.retire()).isFalse();
        assertThat(block.isMarked(7, LatchBlock.LENT)).isTrue();
        assertThat(latches.holders(200)).isEqualTo(readers(1));
        assertThat(exclusive(7).block()).isSameAs(block);
    }

    @Test
    void aFreedPageHasToBeLookedAtAgain() {
        Latch latch = exclusive(7);
        LatchBlock block = latch.block();
        block.mark(7, LatchBlock.ALLOCATED | LatchBlock.VERIFIED | LatchBlock.LENT);
        block.releaseSole(7, latch.ticket(), LatchBlock.ALLOCATED | LatchBlock.VERIFIED);
        assertThat(block.tryShared(7, LatchBlock.ALLOCATED)).isEqualTo(LatchBlock.REFUSED);
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
        Deadline patience = Deadline.of(Duration.ofSeconds(60).toNanos());
        Latch latch = new Latch(latches, page);
        if (writing) {
            assertThat(latch.acquireExclusive(patience)).isTrue();
            assertThat(inside.getAndAdd(n, 1 << 16)).isZero();
            inside.addAndGet(n, -(1 << 16));
            latch.release();
        } else {
            assertThat(latch.acquireShared(patience)).isTrue();
            assertThat(inside.getAndIncrement(n)).isLessThan(1 << 16);
            inside.decrementAndGet(n);
            latch.release();
        }
    }

    /**
     * An error that came after the file was unmapped left blocks that lend segments of no use, or retired ones in which
     * everybody looked for a latch for ever.
     */
    @Test
    void anErrorWhileItIsUnmappedLeavesNoBlockThatWasThereBefore() {
        Latch before = shared(7);
        LatchBlock block = before.block();
        before.release();

        assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> latches.whileNothingIsHeld(() -> {
            throw new OutOfMemoryError("made up");
        }));

        Latch after = shared(7);
        assertThat(after.block()).isNotSameAs(block);
        after.release();
        exclusive(7).release();
    }

    @Test
    void whatWasNotUnmappedIsAsItWas() {
        Latch before = shared(7);
        before.release();

        assertThat(latches.whileNothingIsHeld(() -> false)).isFalse();

        Latch after = shared(7);
        assertThat(after.block()).isSameAs(before.block());
        after.release();
    }
}
