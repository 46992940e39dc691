package io.mappedpages.internal.borrow;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.latch.BorrowWatch;
import io.mappedpages.internal.mapping.LentMapping;

/** A borrow of which it is known, while it is open, who took it and where. */
final class WatchedBorrow extends PageBorrow {

    private final BorrowWatch watch;
    private BorrowWatch.@Nullable Hold hold;

    private WatchedBorrow(LentMapping mapping, long page, BorrowWatch watch) {
        super(mapping, page);
        this.watch = watch;
    }

    /** {@return one that is not taken yet} Its class is not loaded before one is needed, so others are released as quickly as ever. */
    static PageBorrow of(LentMapping mapping, long page, BorrowWatch watch) {
        return new WatchedBorrow(mapping, page, watch);
    }

    @Override
    void noteTaken(long protectedId, boolean writing) {
        hold = watch.note(this, protectedId, writing);
    }

    @Override
    public void release() {
        super.release();
        BorrowWatch.Hold noted = hold;
        if (noted != null) {
            watch.forget(noted);
        }
    }
}
