package io.mappedpages.sample.load;

import java.util.function.BooleanSupplier;

import io.mappedpages.MappedPageException;
import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.WritablePage;

/** Writes over a regular page of its own without a pause. It stores in place, and commits nothing. */
final class Scribbler implements Runnable {

    private final Pager pager;
    private final Ledger ledger;
    private final int entry;
    private final BooleanSupplier isWanted;

    Scribbler(Pager pager, Ledger ledger, int entry, BooleanSupplier isWanted) {
        this.pager = pager;
        this.ledger = ledger;
        this.entry = entry;
        this.isWanted = isWanted;
    }

    @Override
    public void run() {
        try {
            PageId page = pager.alloc();
            ledger.begin(entry, page.number());
            for (long number = 1; isWanted.getAsBoolean(); number++) {
                try (WritablePage writer = pager.write(page)) {
                    NumberedPage.fill(writer.bytes(), number);
                }
            }
        } catch (MappedPageException e) {
            // the store is full or not open: there is nothing to be torn
        }
    }
}
