package io.mappedpages.sample.load;

import org.jspecify.annotations.Nullable;

import io.mappedpages.MappedPage;
import io.mappedpages.MappedPageException;
import io.mappedpages.PageId;
import io.mappedpages.PageNotAllocatedException;
import io.mappedpages.PageOutOfBoundsException;
import io.mappedpages.Pager;
import io.mappedpages.PagerState;
import io.mappedpages.ProtectedPageId;

/** Reads the pages of a load that did not come to its own end, compares them with the ledger, and gives them back. */
final class Settlement {

    private final Pager pager;
    private final Ledger ledger;
    private final int firstRegular;

    private long acknowledged;
    private long lost;
    private int protectedPages;
    private int tornProtectedPages;
    private int regularPages;
    private int tornRegularPages;

    /**
     * Makes one.
     *
     * @param firstRegular the first entry of the ledger that is for a regular page; those before are for protected pages
     */
    Settlement(Pager pager, Ledger ledger, int firstRegular) {
        this.pager = pager;
        this.ledger = ledger;
        this.firstRegular = firstRegular;
    }

    /**
     * Settles all entries of the ledger, of which none may be in anybody's hands.
     *
     * @return what was found; null if no entry is in use
     */
    @Nullable Survival settle() {
        for (int entry = 0; entry < ledger.count(); entry++) {
            if (ledger.isUsed(entry)) {
                if (entry < firstRegular) {
                    settleProtected(entry);
                } else {
                    settleRegular(entry);
                }
                ledger.end(entry);
            }
        }
        return protectedPages + regularPages == 0
                ? null
                : new Survival(acknowledged, lost, protectedPages, tornProtectedPages, regularPages, tornRegularPages);
    }

    private void settleProtected(int entry) {
        ProtectedPageId page = new ProtectedPageId(ledger.page(entry));
        long expected = ledger.number(entry);
        long found = found(page);
        if (ledger.isEnding(entry) && found != expected) { // given back already, and perhaps somebody else's by now
            return;
        }
        protectedPages++;
        acknowledged += expected;
        if (found < 0) {
            tornProtectedPages++;
        }
        lost += Math.max(0, expected - Math.max(0, found));
        if (found >= 0) { // anything else is not for the load to throw away
            pager.freeProtected(page);
        }
    }

    /** The number that a page is full of, or -1 if it is a mixture, is damaged, or is not there. */
    private long found(ProtectedPageId page) {
        try (MappedPage content = pager.read(page)) {
            return NumberedPage.numberIn(content.bytes());
        } catch (MappedPageException e) {
            if (pager.state() != PagerState.OPEN) {
                throw e;
            }
            return -1;
        }
    }

    private void settleRegular(int entry) {
        PageId page = new PageId(ledger.page(entry));
        try {
            regularPages++;
            try (MappedPage content = pager.read(page)) {
                if (NumberedPage.numberIn(content.bytes()) < 0) {
                    tornRegularPages++;
                }
            }
            pager.free(page);
        } catch (PageNotAllocatedException | PageOutOfBoundsException e) {
            regularPages--; // a regular page that was just being allocated
        }
    }
}
