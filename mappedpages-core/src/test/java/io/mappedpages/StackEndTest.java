package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.internal.thread.StackRoom;
import io.mappedpages.testing.ChildJvm;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.Seed;

/**
 * Callers whose stack ends inside of a call. A read that overflowed between taking the latch and handing out the page
 * kept the latch for ever, and an overflow under the engine lock, in a call that only looked something up, made the pager
 * unavailable.
 */
class StackEndTest {

    private static final int DESCENTS = 200;

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    /**
     * The other JVM, because an overflow can leave a class of the JDK unusable that was just being loaded. It calls the
     * pager at the end of the stack, then looks whether anything is left of it.
     */
    public static final class Child {

        private static final int PAGES = 4_000;
        private static final int PROTECTED = 400;
        /** Calls in a descent at most, each from another frame. */
        private static final int CALLS = 60;
        /** So many last frames are called from, each; before them it is one of ten. */
        private static final int NEAR = 25;
        /** Small, because with each overflow the JVM looks through all frames. */
        private static final long STACK = 192 * 1024;

        private final Pager pager;
        private final Random random;
        private final PageId[] pages;
        private final ProtectedPageId[] protectedPages;
        /** Pages that are there to be freed. */
        private PageId[] surplus = new PageId[0];
        private ProtectedPageId[] protectedSurplus = new ProtectedPageId[0];
        private int turn;
        /** What was handed out; it is closed where there is stack enough. */
        private final AutoCloseable[] lent = new AutoCloseable[CALLS];
        private int calls;
        private int overflows;
        private int served;
        /** So many calls took a lock although there was no room for what may have to be done under it. */
        private int withoutRoom;

        private Child(Pager pager, Random random) {
            this.pager = pager;
            this.random = random;
            this.pages = pager.allocBulk(PAGES).toArray(new PageId[0]);
            this.protectedPages = pager.allocProtectedBulk(PROTECTED).toArray(new ProtectedPageId[0]);
        }

        public static void main(String[] arguments) throws Exception {
            Path path = Path.of(arguments[0]);
            long seed = Long.parseLong(arguments[1]);
            int descents = Integer.parseInt(arguments[2]);
            try (Pager pager = Pager.builder(path).pageSizeLog2(10).initialSize(16 << 20).borrowTimeout(Duration.ZERO)
                    .create()) {
                Child child = new Child(pager, new Random(seed));
                child.run(EnumSet.range(Call.valueOf(arguments[3]), Call.valueOf(arguments[4])), descents);
                System.out.println("state " + pager.state());
                if (pager.state() == PagerState.OPEN) {
                    System.out.println("stuck " + child.stuck());
                    System.out.println("findings " + pager.verify().findings().size());
                }
                // some, for how large a frame is depends on the compiler
                System.out.println(child.overflows > descents && child.served > descents && child.withoutRoom < descents
                        ? "tried"
                        : "overflows " + child.overflows + ", served " + child.served + ", without room "
                                + child.withoutRoom);
            }
        }

        private void run(Set<Call> wanted, int descents) throws InterruptedException {
            Call[] all = wanted.toArray(new Call[0]);
            for (Call call : all) { // the first time, classes are loaded
                prepare(call);
                call.run(this);
                calls = 1;
                close();
            }
            for (int i = 0; i < descents && pager.state() == PagerState.OPEN; i++) {
                Call call = all[i % all.length];
                prepare(call);
                if (i % (3 * all.length) < all.length) {
                    pager.reopen(); // nothing is known of any page any more
                }
                int filler = random.nextInt(8);
                Thread thread = new Thread(null, () -> descend(call, filler), "deep", STACK);
                thread.start();
                thread.join();
                close();
            }
        }

        private void prepare(Call call) {
            if (call == Call.FREE) {
                surplus = pager.allocBulk(CALLS).toArray(surplus);
            } else if (call == Call.FREE_PROTECTED) {
                protectedSurplus = pager.allocProtectedBulk(CALLS).toArray(protectedSurplus);
            }
            turn = call == Call.FREE || call == Call.FREE_PROTECTED ? 0 : random.nextInt(PAGES);
        }

        /** To the end of the stack, and back, with a call from each of the last frames. */
        private int descend(Call call, int filler) {
            int below;
            try {
                below = filler > 0 ? step(call, filler - 1, 0, 0) : descend(call, 7);
            } catch (StackOverflowError e) {
                below = 0;
            }
            if (calls < CALLS && (below < NEAR || random.nextInt(10) == 0)) {
                try {
                    call.run(this);
                    served++;
                } catch (StackOverflowError e) {
                    overflows++;
                }
                calls++;
            }
            return below + 1;
        }

        /** A frame of another size. */
        private int step(Call call, int filler, long more, long evenMore) {
            return descend(call, filler) + (int) (more & evenMore);
        }

        private void close() {
            for (; calls > 0; calls--) {
                try (AutoCloseable _ = lent[calls - 1]) {
                    lent[calls - 1] = null;
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
        }

        /** How many pages cannot be borrowed alone, or freed, though nobody has them. */
        private int stuck() {
            int stuck = 0;
            for (PageId id : pager.allocatedPages().toList()) {
                try (WritablePage page = pager.write(id)) {
                    page.byteBuffer().put(0, (byte) 1);
                } catch (PageBorrowedException e) {
                    stuck++;
                }
            }
            for (ProtectedPageId id : pager.allocatedProtectedPages().toList()) {
                try {
                    pager.freeProtected(id);
                } catch (PageBorrowedException e) {
                    stuck++;
                }
            }
            return stuck;
        }
    }

    /** What is called at the end of the stack. What is handed out is noted without a call, which could overflow. */
    private enum Call {
        READ {
            @Override
            void run(Child c) {
                c.lent[c.calls] = c.pager.read(c.pages[c.turn++ % Child.PAGES]);
            }
        },
        READ_AND_CLOSE {
            @Override
            void run(Child c) {
                MappedPage page = c.pager.read(c.pages[c.turn++ % Child.PAGES]);
                c.lent[c.calls] = page;
                page.close();
            }
        },
        READ_ONE_PAGE_AND_CLOSE {
            @Override
            void run(Child c) {
                MappedPage page = c.pager.read(c.pages[1]);
                c.lent[c.calls] = page;
                page.close();
            }
        },
        READ_BY_FUNCTION {
            @Override
            void run(Child c) {
                if (c.pager.read(c.pages[c.turn++ % Child.PAGES], MemorySegment::byteSize) != 1024L
                        || c.pager.read(c.protectedPages[c.turn % Child.PROTECTED], MemorySegment::byteSize) != 1024L) {
                    throw new AssertionError();
                }
            }
        },
        WRITE {
            @Override
            void run(Child c) {
                c.lent[c.calls] = c.pager.write(c.pages[c.turn++ % Child.PAGES]);
            }
        },
        READ_PROTECTED {
            @Override
            void run(Child c) {
                c.lent[c.calls] = c.pager.read(c.protectedPages[c.turn++ % Child.PROTECTED]);
            }
        },
        WRITE_PROTECTED {
            @Override
            void run(Child c) {
                c.lent[c.calls] = c.pager.write(c.protectedPages[c.turn++ % Child.PROTECTED]);
            }
        },
        SYNC_A_PAGE {
            @Override
            void run(Child c) {
                WritablePage page = c.pager.write(c.pages[c.turn++ % Child.PAGES]);
                c.lent[c.calls] = page;
                page.commit();
            }
        },
        COMMIT {
            @Override
            void run(Child c) {
                ProtectedPageWriter page = c.pager.write(c.protectedPages[c.turn++ % Child.PROTECTED]);
                c.lent[c.calls] = page;
                page.commit();
            }
        },
        ALLOC {
            @Override
            void run(Child c) {
                c.pager.alloc();
            }
        },
        ALLOC_PROTECTED {
            @Override
            void run(Child c) {
                c.pager.allocProtected();
            }
        },
        FREE {
            @Override
            void run(Child c) {
                c.pager.free(c.surplus[c.turn++]);
            }
        },
        FREE_PROTECTED {
            @Override
            void run(Child c) {
                c.pager.freeProtected(c.protectedSurplus[c.turn++]);
            }
        },
        LIST {
            @Override
            void run(Child c) {
                if (c.pager.allocatedPages().skip(3).findFirst().isEmpty()
                        || c.pager.allocatedProtectedPages().skip(3).findFirst().isEmpty()) {
                    throw new AssertionError();
                }
            }
        },
        COUNT {
            @Override
            void run(Child c) {
                if (c.pager.freePageCount() + c.pager.pageCount() + c.pager.protectedPageCount() < 0) {
                    throw new AssertionError();
                }
            }
        },
        SYNC {
            @Override
            void run(Child c) {
                c.pager.sync();
            }
        },
        CHECK_FILE {
            @Override
            void run(Child c) {
                boolean isRoom = isRoom();
                if (c.pager.checkFile() != PagerState.OPEN) {
                    throw new AssertionError();
                }
                c.withoutRoom += isRoom ? 0 : 1;
            }

            private static boolean isRoom() {
                try {
                    StackRoom.forChange();
                    return true;
                } catch (StackOverflowError e) {
                    return false;
                }
            }
        };

        abstract void run(Child c);
    }

    @Test
    @Timeout(120)
    void nothingIsHeldWhenTheStackEndsInsideOfABorrow() {
        endTheStackIn(Call.READ, Call.WRITE_PROTECTED);
    }

    @Test
    @Timeout(120)
    void nothingStopsWhenTheStackEndsInsideOfALookOrAChange() {
        endTheStackIn(Call.SYNC_A_PAGE, Call.SYNC);
    }

    @Test
    @Timeout(120)
    void nothingIsLockedWhenTheStackEndsInsideOfALookAtTheFile() {
        endTheStackIn(Call.CHECK_FILE, Call.CHECK_FILE);
    }

    private void endTheStackIn(Call first, Call last) {
        long seed = Seed.next();
        Seed.named(seed, () -> {
            try (ChildJvm child = ChildJvm.start(Child.class, files.path(), seed, DESCENTS, first, last)) {
                assertThat(child.readToEnd()).containsExactly("state OPEN", "stuck 0", "findings 0", "tried", "exit 0");
            }
        });
    }
}
