package io.mappedpages.internal.transaction;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.commit.Batch;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.format.Sums;

/**
 * Takes what a {@link Reservation} promised, full of what the transaction has staged for it, or of zeros.
 *
 * <p>What is staged is written before anything is planned, as it is for a {@link ProtectedWrite}: nobody else has these pages. Only
 * to pages below the durable high-water mark, though: if some are not, this waits for the commit that raises it.
 */
public final class ReservedPages implements Change {

    private final OpenFile file;
    private final Reservation reservation;
    private final List<Filled> filled;
    private @Nullable TakenPages taken;
    private @Nullable IOException failure;

    /** A page, and what it is to hold. */
    public static final class Filled {
        private final long page;
        private final boolean isProtected;
        private final MemorySegment content;
        private @Nullable Sums sums;
        /** Whether it was written and is not part of a batch yet. */
        private boolean isAhead;

        /** @param isProtected whether it is a copy of a protected page, and has sums */
        public Filled(long page, boolean isProtected, MemorySegment content) {
            this.page = page;
            this.isProtected = isProtected;
            this.content = content;
        }
    }

    /** For one submission. */
    public ReservedPages(OpenFile file, Reservation reservation, List<Filled> filled) {
        this.file = file;
        this.reservation = reservation;
        this.filled = filled;
    }

    @Override
    public void prepareAhead() {
        try {
            if (file.hasWritten() && file.isOursForCertain()) {
                VarHandle.fullFence(); // who reads such a page without a latch, and finds a byte of this, finds that it is free
                for (Filled one : filled) {
                    if (one.page < highWater() && isFree(one.page) && file.mayWriteAhead()) {
                        one.sums = file.contents().write(file.storage(), one.page, one.content);
                        one.isAhead = true;
                    }
                }
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    @Override
    public boolean prepare(Batch batch) throws IOException {
        if (failure != null) {
            throw failure;
        }
        boolean anyWritten = false;
        for (Filled one : filled) {
            if (one.page < highWater()) {
                if (one.sums == null) {
                    one.sums = write(one, batch, anyWritten);
                } else if (one.isAhead) {
                    noteWritten(one, batch);
                } // else it was written for another batch, which made it durable, and this change had to wait
                anyWritten = true;
            }
        }
        return anyWritten;
    }

    private static Sums write(Filled one, Batch batch, boolean anyWritten) throws IOException {
        try {
            return one.isProtected ? batch.write(one.page, one.content) : batch.fill(one.page, one.content);
        } catch (RuntimeException | Error e) {
            if (anyWritten) { // see Together
                throw new IOException("filling new pages was broken off", e);
            }
            throw e;
        }
    }

    /** A regular page has no sums that could tell a record from one whose contents did not get to the disk. */
    private static void noteWritten(Filled one, Batch batch) {
        if (one.isProtected) {
            batch.noteWritten(one.page);
        } else {
            batch.noteFilled(one.page);
        }
        one.isAhead = false; // last: it has to be part of a batch
    }

    /** What the commit under way frees is not free before that is durable, and must stay what it is. */
    private boolean isFree(long page) {
        return file.state().map().durableState(page) == PageState.FREE;
    }

    private long highWater() {
        return file.state().metadata().durable().highWater();
    }

    /** There is nothing to apply if more pages have to be reserved for tree nodes first. */
    @Override
    public boolean plan() throws IOException {
        taken = reservation.choose();
        return taken != null;
    }

    @Override
    public long nodesBelow() {
        long below = taken().nodesBelow();
        for (Filled one : filled) {
            below = Math.max(below, one.page + 1);
        }
        return below;
    }

    @Override
    public void apply(Batch batch) throws IOException {
        Map<Long, Sums> sums = new HashMap<>();
        for (Filled one : filled) {
            sums.put(one.page, Objects.requireNonNull(one.sums));
        }
        long[] copies = taken().copies();
        for (long page : taken().data()) {
            zeroUnlessFilled(page, sums, batch);
        }
        for (int i = 0; i < copies.length; i += 2) {
            zeroUnlessFilled(copies[i], sums, batch); // the other copy is written as a whole before it is ever current
        }
        reservation.take(taken());
        taken().enter(file.state());
        List<Long> ids = reservation.ids();
        for (int i = 0; i < ids.size(); i++) {
            long pageA = copies[2 * i];
            file.state().directory().entry(ids.get(i), CopyPair.written(pageA, copies[2 * i + 1], batch.generation(),
                    sums.getOrDefault(pageA, file.contents().zeroSums())));
        }
    }

    private void zeroUnlessFilled(long page, Map<Long, Sums> sums, Batch batch) {
        if (sums.containsKey(page)) {
            return;
        }
        if (!reservation.isZero(page)) {
            batch.zero(page);
        } else if (page < highWater()) {
            batch.takeClean();
        }
    }

    @Override
    public void published() {
        reservation.used(taken());
    }

    private TakenPages taken() {
        return Objects.requireNonNull(taken);
    }
}
