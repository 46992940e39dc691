package io.mappedpages.crashlab;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.mappedpages.PageId;
import io.mappedpages.ProtectedPageId;
import io.mappedpages.Transaction;

/** A transaction of a session, done to whatever pages the model has, and what it changes there if it is committed. */
final class Transactions {

    private final Session session;
    private final Transaction transaction;
    private final List<Consumer<Model>> changes = new ArrayList<>();

    Transactions(Session session) {
        this.session = session;
        this.transaction = session.pager().begin();
    }

    /** Allocates one page of each kind, and fills both. */
    void fillNew() {
        PageId page = transaction.alloc();
        int stamp = session.nextStamp();
        Stamps.write(transaction.write(page).bytes(), stamp);
        changes.add(model -> {
            model.allocated(page.number());
            model.stamped(page.number(), stamp);
        });
        ProtectedPageId guarded = transaction.allocProtected();
        int guardedStamp = session.nextStamp();
        Stamps.write(transaction.write(guarded).bytes(), guardedStamp);
        changes.add(model -> {
            model.guardedAllocated(guarded.number());
            model.guarded().put(guarded.number(), guardedStamp);
        });
    }

    /** Allocates one page of each kind, and leaves them as they are. */
    void allocate() {
        PageId page = transaction.alloc();
        ProtectedPageId guarded = transaction.allocProtected();
        changes.add(model -> {
            model.allocated(page.number());
            model.stamped(page.number(), Stamps.ZEROS);
            model.guardedAllocated(guarded.number());
        });
    }

    /** Allocates regular pages, and fills the last one. */
    void takeAndFillLast(int count) {
        List<PageId> pages = transaction.allocBulk(count);
        int stamp = session.nextStamp();
        Stamps.write(transaction.write(pages.getLast()).bytes(), stamp);
        changes.add(model -> {
            pages.forEach(page -> model.allocated(page.number()));
            model.stamped(pages.getLast().number(), stamp);
        });
    }

    void write() {
        if (!session.model().guarded().isEmpty()) {
            long id = session.model().guarded().lastKey();
            int stamp = session.nextStamp();
            Stamps.write(transaction.write(new ProtectedPageId(id)).bytes(), stamp);
            changes.add(model -> model.guarded().put(id, stamp));
        }
    }

    /** Frees one of each kind, but not what was written. */
    void free() {
        if (!session.model().regular().isEmpty()) {
            int page = session.model().regular().nextSetBit(0);
            transaction.free(new PageId(page));
            changes.add(model -> {
                session.overwritten(page);
                model.freed(page);
            });
        }
        if (session.model().guarded().size() > 1) {
            long id = session.model().guarded().firstKey();
            transaction.freeProtected(new ProtectedPageId(id));
            changes.add(model -> model.guarded().remove(id));
        }
    }

    void commit() {
        try (transaction) {
            transaction.commit();
        }
        session.acknowledged();
        changes.forEach(change -> change.accept(session.model()));
    }

    void close() {
        transaction.close();
    }
}
