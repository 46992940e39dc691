package io.mappedpages.internal.transaction;

import java.io.IOException;

import io.mappedpages.internal.commit.Batch;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.transaction.PageChoice.Outcome;
import io.mappedpages.internal.tree.FileState;

/** Takes free pages and hands them out, full of zeros, as regular or protected pages. */
final class Allocation implements Change {

    private final OpenFile file;
    private final FileState state;
    private final PageChoice choice;

    private Outcome outcome = Outcome.TOO_FEW;
    private long untouchedFrom;
    private boolean isPostponed;
    private boolean wasPostponed;

    /** Asks for so many regular and protected pages. Needs no lock. */
    Allocation(OpenFile file, int dataPages, int protectedPages) {
        this.file = file;
        this.state = file.state();
        this.choice = new PageChoice(file, dataPages, protectedPages, null);
    }

    /** {@return what came of the last planning} */
    Outcome outcome() {
        return outcome;
    }

    /** {@return the regular pages that it takes} */
    long[] dataPages() {
        return choice.dataPages();
    }

    /** {@return the protected pages that it makes} */
    long[] protectedIds() {
        return choice.protectedIds();
    }

    /** {@return which pages it takes} */
    PageChoice choice() {
        return choice;
    }

    /** Chooses what to take. */
    @Override
    public boolean plan() throws IOException {
        outcome = choice.choose();
        // Last, for until here the plan may be broken off and made anew.
        if (!isPostponed) {
            untouchedFrom = state.metadata().durable().highWater();
        } // else the mark was raised since for this very plan, and nobody else has had the pages
        wasPostponed = isPostponed;
        isPostponed = false;
        return outcome == Outcome.ENOUGH;
    }

    /** Only once: until the next time, others may have had the pages between the marks, and freed them. */
    @Override
    public void postponed() {
        isPostponed = !wasPostponed;
    }

    @Override
    public long nodesBelow() {
        return choice.pages().nodesBelow();
    }

    /** Makes the changes of this plan part of the commit being put together. Does no reading that could fail. */
    @Override
    public void apply(Batch batch) throws IOException {
        long[] copies = choice.copies();
        for (long page : choice.dataPages()) {
            zeroIfTouched(page, batch);
        }
        for (int i = 0; i < copies.length; i += 2) {
            zeroIfTouched(copies[i], batch); // the other copy is written as a whole before it is ever current
        }
        choice.pages().enter(state);
        long[] ids = choice.protectedIds();
        for (int i = 0; i < ids.length; i++) {
            state.directory().entry(ids[i], CopyPair.written(copies[2 * i], copies[2 * i + 1], batch.generation(),
                    file.contents().zeroSums()));
        }
        choice.noteTaken();
    }

    private void zeroIfTouched(long page, Batch batch) {
        if (choice.isInsteadOfTouched()) {
            batch.takeClean();
        } else if (page < untouchedFrom) {
            if (state.map().clean().contains(page)) {
                batch.takeClean();
            } else {
                batch.zero(page);
            }
        }
    }
}
