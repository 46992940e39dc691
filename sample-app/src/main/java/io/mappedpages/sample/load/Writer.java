package io.mappedpages.sample.load;

import java.util.function.BooleanSupplier;

import io.mappedpages.MappedPageException;
import io.mappedpages.PageNotAllocatedException;
import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;
import io.mappedpages.ProtectedPageWriter;

/** Writes 1, 2, 3 and so on into a protected page of its own, and notes what was acknowledged. */
final class Writer {

    private final Pager pager;
    private final Ledger ledger;
    private final int entry;
    private final BooleanSupplier isWanted;
    private final Runnable onAcknowledged;

    Writer(Pager pager, Ledger ledger, int entry, BooleanSupplier isWanted, Runnable onAcknowledged) {
        this.pager = pager;
        this.ledger = ledger;
        this.entry = entry;
        this.isWanted = isWanted;
        this.onAcknowledged = onAcknowledged;
    }

    /**
     * Writes until it is not wanted any more, and gives its page back.
     *
     * @throws MappedPageException what the pager throws; the page then is in the ledger, to be settled
     */
    void write() {
        ProtectedPageId page = pager.allocProtected();
        ledger.begin(entry, page.number());
        try {
            number(page);
        } catch (PageNotAllocatedException e) { // somebody deleted it: there is nothing to be given back
            ledger.end(entry);
            throw e;
        }
        ledger.ending(entry);
        pager.freeProtected(page);
        ledger.end(entry);
    }

    private void number(ProtectedPageId page) {
        for (long number = 1; isWanted.getAsBoolean(); number++) {
            try (ProtectedPageWriter writer = pager.write(page)) {
                NumberedPage.fill(writer.bytes(), number);
                writer.commit();
            }
            ledger.acknowledged(entry, number);
            onAcknowledged.run();
        }
    }
}
