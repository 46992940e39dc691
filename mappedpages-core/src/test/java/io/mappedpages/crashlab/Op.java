package io.mappedpages.crashlab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;

import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;

/** An operation of the public API, done to whatever pages the model has. */
enum Op {

    ALLOC(s -> handedOut(s, s.pager().alloc())),

    FREE(s -> {
        BitSet pages = s.model().regular();
        if (!pages.isEmpty()) {
            int page = pages.nextSetBit(0);
            s.pager().free(new PageId(page));
            s.acknowledged();
            s.overwritten(page);
            s.model().freed(page);
        }
    }),

    ALLOC_BULK(s -> s.pager().allocBulk(3).forEach(id -> handedOut(s, id))),

    FREE_BULK(s -> {
        List<PageId> last = new ArrayList<>();
        BitSet pages = s.model().regular();
        for (int page = pages.length() - 1; page >= 0 && last.size() < 2; page = pages.previousSetBit(page - 1)) {
            last.add(new PageId(page));
        }
        s.pager().freeBulk(last);
        last.forEach(id -> {
            s.acknowledged();
            s.overwritten(id.number());
            s.model().freed(id.number());
        });
    }),

    ALLOC_PROTECTED(s -> guardedHandedOut(s, s.pager().allocProtected())),

    FREE_PROTECTED(s -> {
        if (!s.model().guarded().isEmpty()) {
            long id = s.model().guarded().firstKey();
            s.pager().freeProtected(new ProtectedPageId(id));
            s.acknowledged();
            s.model().guarded().remove(id);
        }
    }),

    PROTECTED_COMMIT(s -> {
        if (!s.model().guarded().isEmpty()) {
            long id = s.model().guarded().lastKey();
            int stamp = s.nextStamp();
            try (var page = s.pager().write(new ProtectedPageId(id))) {
                Stamps.write(page.bytes(), stamp);
                page.commit();
                s.acknowledged();
                s.model().guarded().put(id, stamp);
            }
        }
    }),

    PROTECTED_DISCARD(s -> {
        if (!s.model().guarded().isEmpty()) {
            try (var page = s.pager().write(new ProtectedPageId(s.model().guarded().lastKey()))) {
                Stamps.write(page.bytes(), s.nextStamp());
            }
        }
    }),

    REGULAR_COMMIT(s -> {
        BitSet pages = s.model().regular();
        if (!pages.isEmpty()) {
            regularWrite(s, pages.length() - 1, true);
        }
    }),

    GROWTH(s -> {
        int count = (int) s.pager().freePageCount() + 1;
        s.pager().allocBulk(count).forEach(id -> handedOut(s, id));
    }),

    REOPEN(s -> s.pager().reopen()),

    CLOSE_OPEN(s -> {
        s.pager().close();
        s.pager(s.options.open(s.disk));
    }),

    TRIM(s -> s.pager().trim()),

    /** One of each kind of change: a page allocated and filled, one allocated, one written, one freed, of both kinds. */
    TRANSACTION(s -> {
        Transactions transaction = new Transactions(s);
        transaction.fillNew();
        transaction.allocate();
        transaction.write();
        transaction.free();
        transaction.commit();
    }),

    // Not among the operations of which all sequences are tried:

    /** Needs the high-water mark to rise, and the file to grow. */
    TRANSACTION_GROWTH(s -> {
        Transactions transaction = new Transactions(s);
        transaction.takeAndFillLast((int) s.pager().freePageCount() + 1);
        transaction.commit();
    }),

    TRANSACTION_ROLLED_BACK(s -> {
        Transactions transaction = new Transactions(s);
        transaction.fillNew();
        transaction.allocate();
        transaction.write();
        transaction.free();
        transaction.close();
    }),

    REGULAR_STORE(s -> {
        BitSet pages = s.model().regular();
        if (!pages.isEmpty()) {
            regularWrite(s, pages.length() - 1, false);
        }
    }),

    /** Writes to every regular page there is. */
    COMMIT_EVERYWHERE(s -> s.model().regular().stream().forEach(page -> regularWrite(s, page, true))),

    /** The same, without a commit: each page is durable some time. */
    STORE_EVERYWHERE(s -> s.model().regular().stream().forEach(page -> regularWrite(s, page, false))),

    ALLOC_PROTECTED_BULK(s -> s.pager().allocProtectedBulk(2).forEach(id -> guardedHandedOut(s, id))),

    FREE_PROTECTED_BULK(s -> {
        List<ProtectedPageId> last = s.model().guarded().descendingKeySet().stream().limit(2)
                .map(ProtectedPageId::new).toList();
        s.pager().freeProtectedBulk(last);
        last.forEach(id -> {
            s.acknowledged();
            s.model().guarded().remove(id.number());
        });
    }),

    SYNC(s -> {
        s.pager().sync();
        s.synced();
    }),

    VERIFY(s -> Oracle.requireSound(s.pager())),

    /** Takes every free page there is. */
    DRAIN(s -> {
        Pager pager = s.pager();
        pager.allocBulk((int) pager.freePageCount()).forEach(id -> handedOut(s, id));
    });

    /** What all sequences are made of where there is little time. */
    static final List<Op> CORE = List.of(ALLOC, FREE, ALLOC_BULK, FREE_BULK, ALLOC_PROTECTED, FREE_PROTECTED,
            PROTECTED_COMMIT, PROTECTED_DISCARD, REGULAR_COMMIT, GROWTH, REOPEN, CLOSE_OPEN, TRIM);

    /** What all sequences are made of: everything that may change the disk, and each thing once. */
    static final List<Op> SEQUENCED = Arrays.stream(values())
            .filter(op -> !op.isEverywhere() && op != VERIFY && op != DRAIN).toList();

    /** What is tried alone. */
    static final List<Op> SINGLE = Arrays.stream(values()).filter(op -> !op.isEverywhere()).toList();

    private final Consumer<Session> action;

    Op(Consumer<Session> action) {
        this.action = action;
    }

    /** {@return whether it takes the longer the more pages there are} */
    boolean isEverywhere() {
        return this == COMMIT_EVERYWHERE || this == STORE_EVERYWHERE;
    }

    /** Does it, and changes the session's model accordingly if it succeeds. */
    void run(Session session) {
        action.accept(session);
    }

    private static void handedOut(Session s, PageId id) {
        s.acknowledged();
        s.model().allocated(id.number());
        s.model().stamped(id.number(), Stamps.ZEROS);
        try (var page = s.pager().read(id)) {
            if (!Stamps.matches(page.bytes(), Stamps.ZEROS)) {
                throw new LabFailure("a new page is not full of zeros: " + id);
            }
        }
    }

    private static void guardedHandedOut(Session s, ProtectedPageId id) {
        s.acknowledged();
        s.model().guardedAllocated(id.number());
        try (var page = s.pager().read(id)) {
            if (!Stamps.matches(page.bytes(), Stamps.ZEROS)) {
                throw new LabFailure("a new protected page is not full of zeros: " + id);
            }
        }
    }

    private static void regularWrite(Session s, long number, boolean commit) {
        int stamp = s.nextStamp();
        try (var page = s.pager().write(new PageId(number))) {
            s.loosen(number);
            Stamps.write(page.bytes(), stamp);
            if (commit) {
                page.commit();
            }
        }
        if (commit) {
            s.acknowledged();
            s.overwritten(number);
            s.model().stamped(number, stamp);
        } else {
            s.stored(number, stamp);
        }
    }
}
