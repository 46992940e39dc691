package io.mappedpages.crashlab;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import io.mappedpages.MappedPageException;
import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;
import io.mappedpages.Transaction;

/** One of several callers at once: what it does. Each kind has pages of its own, so any of them may stand in one line. */
enum Caller {

    ALLOC {
        @Override
        Effect call(Pager pager, Share share) {
            return taken(List.of(pager.alloc()));
        }
    },

    ALLOC_BULK {
        @Override
        Effect call(Pager pager, Share share) {
            return taken(pager.allocBulk(4));
        }
    },

    ALLOC_PROTECTED {
        @Override
        Effect call(Pager pager, Share share) {
            ProtectedPageId id = pager.allocProtected();
            return Effect.ofUse(model -> model.guardedAllocated(id.number()));
        }
    },

    FREE {
        @Override
        Effect call(Pager pager, Share share) {
            return freed(pager, share, 0);
        }
    },

    FREE_BULK {
        @Override
        Effect call(Pager pager, Share share) {
            List<PageId> pages = List.of(share.regular(1), share.regular(2));
            pager.freeBulk(pages);
            return Effect.ofFree(model -> pages.forEach(page -> model.freed(page.number())));
        }
    },

    FREE_PROTECTED {
        @Override
        Effect call(Pager pager, Share share) {
            ProtectedPageId id = share.guarded(0);
            pager.freeProtected(id);
            return Effect.ofFree(model -> model.guarded().remove(id.number()));
        }
    },

    PROTECTED_COMMIT {
        @Override
        Effect call(Pager pager, Share share) {
            return written(pager, share.guarded(1), share.stamp());
        }
    },

    OTHER_PROTECTED_COMMIT {
        @Override
        Effect call(Pager pager, Share share) {
            return written(pager, share.guarded(2), share.stamp());
        }
    },

    REGULAR_COMMIT {
        @Override
        Effect call(Pager pager, Share share) {
            return stored(pager, share.regular(3), share.stamp());
        }
    },

    OTHER_REGULAR_COMMIT {
        @Override
        Effect call(Pager pager, Share share) {
            return stored(pager, share.regular(4), share.stamp());
        }
    },

    /** Fills a new page of each kind, and writes one that was there. */
    TRANSACTION {
        @Override
        Effect call(Pager pager, Share share) {
            ProtectedPageId written = share.guarded(3);
            try (Transaction transaction = pager.begin()) {
                PageId made = transaction.alloc();
                Stamps.write(transaction.write(made).bytes(), share.stamp());
                ProtectedPageId guarded = transaction.allocProtected();
                Stamps.write(transaction.write(guarded).bytes(), share.stamp());
                Stamps.write(transaction.write(written).bytes(), share.stamp());
                transaction.commit();
                return Effect.ofUse(model -> {
                    model.allocated(made.number());
                    model.stamped(made.number(), share.stamp());
                    model.guardedAllocated(guarded.number());
                    model.guarded().put(guarded.number(), share.stamp());
                    model.guarded().put(written.number(), share.stamp());
                });
            }
        }
    },

    /** Frees a page, and takes another one. */
    FREEING_TRANSACTION {
        @Override
        Effect call(Pager pager, Share share) {
            PageId freed = share.regular(5);
            try (Transaction transaction = pager.begin()) {
                transaction.free(freed);
                PageId made = transaction.alloc();
                Stamps.write(transaction.write(made).bytes(), share.stamp());
                transaction.commit();
                return Effect.ofFree(model -> {
                    model.freed(freed.number());
                    model.allocated(made.number());
                    model.stamped(made.number(), share.stamp());
                });
            }
        }
    },

    // Those that are refused:

    /** Of the page that {@link #FREE} frees, too: one of the two is refused. */
    FREE_AGAIN {
        @Override
        Effect call(Pager pager, Share share) {
            return freed(pager, share, 0);
        }
    },

    /** Of a page that nobody has. */
    FREE_NOTHING {
        @Override
        Effect call(Pager pager, Share share) {
            pager.free(share.nobodys());
            throw new LabFailure("a page that was free was freed");
        }
    },

    /** Of a page that somebody reads. */
    FREE_BORROWED {
        @Override
        Effect call(Pager pager, Share share) {
            pager.free(share.borrowed());
            throw new LabFailure("a page was freed that is being read");
        }
    },

    WRITE_NOTHING {
        @Override
        Effect call(Pager pager, Share share) {
            pager.write(share.nobodys()).close();
            throw new LabFailure("a page that nobody has was lent");
        }
    },

    /** Of more pages than the disk has. It stands in line with the others, and gets nothing. */
    ALLOC_TOO_MANY {
        @Override
        Effect call(Pager pager, Share share) {
            pager.allocBulk(share.tooMany());
            throw new LabFailure("there were pages for which there is no room");
        }
    },

    /** Of a few more pages than there are: it gets them with a later commit. */
    GROWTH {
        @Override
        Effect call(Pager pager, Share share) {
            return taken(pager.allocBulk(share.free() + 1));
        }
    };

    /** Whom nothing stands in the way of, and who are committed together. */
    static final Set<Caller> GRANTED = EnumSet.range(ALLOC, FREEING_TRANSACTION);

    /** Whom the pager refuses, whatever the others do. */
    static final Set<Caller> REFUSED = EnumSet.range(FREE_NOTHING, ALLOC_TOO_MANY);

    /**
     * What a call that returned has done.
     *
     * @param frees whether it gave pages back, which then others may have been given
     */
    record Effect(boolean frees, Consumer<Model> change) {

        static Effect ofUse(Consumer<Model> change) {
            return new Effect(false, change);
        }

        static Effect ofFree(Consumer<Model> change) {
            return new Effect(true, change);
        }
    }

    /**
     * What there is for callers to work on.
     *
     * @param stamp what this one writes
     * @param free  how many pages were free
     */
    record Share(List<PageId> regularPages, List<ProtectedPageId> guardedPages, PageId nobodys, int free, int tooMany,
            int stamp) {

        static Share of(Pager pager, Model model, int tooMany, int stamp) {
            List<PageId> regular = model.regular().stream().mapToObj(PageId::new).toList();
            List<ProtectedPageId> guarded = model.guarded().keySet().stream().map(ProtectedPageId::new).toList();
            return new Share(regular, guarded, new PageId(pager.pageCount() - 1), (int) pager.freePageCount(), tooMany,
                    stamp);
        }

        PageId regular(int which) {
            return regularPages.get(which);
        }

        ProtectedPageId guarded(int which) {
            return guardedPages.get(which);
        }

        PageId borrowed() {
            return regularPages.getLast();
        }
    }

    /** Calls the pager. {@return what is so from then on} */
    abstract Effect call(Pager pager, Share share) throws MappedPageException;

    /** {@return the page in which any mixture of old and new may be while this is under way, or -1} */
    long loosens(Share share) {
        return switch (this) {
            case REGULAR_COMMIT -> share.regular(3).number();
            case OTHER_REGULAR_COMMIT -> share.regular(4).number();
            default -> -1;
        };
    }

    private static Effect taken(List<PageId> pages) {
        List<PageId> kept = new ArrayList<>(pages);
        return Effect.ofUse(model -> kept.forEach(page -> {
            model.allocated(page.number());
            model.stamped(page.number(), Stamps.ZEROS);
        }));
    }

    private static Effect freed(Pager pager, Share share, int which) {
        PageId page = share.regular(which);
        pager.free(page);
        return Effect.ofFree(model -> model.freed(page.number()));
    }

    private static Effect written(Pager pager, ProtectedPageId id, int stamp) {
        try (var page = pager.write(id)) {
            Stamps.write(page.bytes(), stamp);
            page.commit();
        }
        return Effect.ofUse(model -> model.guarded().put(id.number(), stamp));
    }

    private static Effect stored(Pager pager, PageId id, int stamp) {
        try (var page = pager.write(id)) {
            Stamps.write(page.bytes(), stamp);
            page.commit();
        }
        return Effect.ofUse(model -> model.stamped(id.number(), stamp));
    }
}
