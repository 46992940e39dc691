package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filledProtected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.ChildJvm;
import io.mappedpages.testing.PageFiles;

/**
 * An {@link OutOfMemoryError} in the caller's thread. Whatever was being done under the engine lock, even a look at a
 * page's state, it made the pager unavailable.
 */
class ErrorInACallTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private final FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());
    private Pager pager;
    private PageId behindTheInlineStates;
    private ProtectedPageId protectedPage;

    @BeforeEach
    void makeAFileWithTrees() {
        pager = files.add(files.builder(10).commitMode(CommitMode.CHECKPOINT).storage(storage).initialSize(8_000 * 1024)
                .reserve(false)
                .borrowTimeout(Duration.ZERO).create());
        List<PageId> ids = pager.allocBulk(5_000);
        behindTheInlineStates = ids.getLast();
        protectedPage = filledProtected(pager, 1);
        pager.reopen(); // so that nodes have to be read
    }

    private void runOutOfMemoryInTheNext(Call call) {
        storage.beforeNext(call, () -> {
            throw new OutOfMemoryError("for this test");
        });
    }

    @Test
    void inALookThatReadsANodeItIsTheCallersOnly() {
        List<Runnable> looks = List.of(
                () -> pager.read(behindTheInlineStates),
                () -> pager.write(behindTheInlineStates),
                () -> pager.free(behindTheInlineStates),
                () -> pager.read(protectedPage),
                () -> pager.write(protectedPage),
                () -> pager.freeProtected(protectedPage),
                () -> assertThat(pager.allocatedProtectedPages().findFirst()).isPresent(),
                () -> pager.verify());
        for (Runnable look : looks) {
            pager.reopen();
            runOutOfMemoryInTheNext(Call.READ);

            assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(look::run);

            assertThat(pager.state()).isEqualTo(PagerState.OPEN);
            fill(pager, behindTheInlineStates, 7); // nobody holds it
            assertFilled(pager, behindTheInlineStates, 7);
        }
        assertFilled(pager, protectedPage, 1);
        pager.freeProtected(protectedPage);
        assertThat(pager.verify().findings()).isEmpty();
    }

    @Test
    void inTheMiddleOfACommitItStopsThePagerUntilItIsReopened() {
        fill(pager, protectedPage, 2);
        storage.beforeNext(Call.WRITE, () -> runOutOfMemoryInTheNext(Call.WRITE)); // the first are the contents

        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(() -> fill(pager, protectedPage, 3))
                .withCauseInstanceOf(OutOfMemoryError.class);

        assertThat(pager.state()).isEqualTo(PagerState.UNAVAILABLE);
        pager.reopen();
        assertFilled(pager, protectedPage, 2);
        assertThat(pager.verify().findings()).isEmpty();
    }

    @Test
    void inTheLastCheckpointOfACloseItLosesNothing() {
        Pager journaled = files.builder(12).commitMode(CommitMode.JOURNAL).journalSize(64 << 10).initialSize(1 << 20)
                .storage(storage).create();
        ProtectedPageId page = filledProtected(journaled, 5);
        fill(journaled, page, 6);
        runOutOfMemoryInTheNext(Call.WRITE);

        assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(journaled::close);

        journaled.close();
        Pager opened = files.open(journaled.path());
        assertFilled(opened, page, 6);
        assertThat(opened.recovery()).isEmpty();
    }

    /** They go to a copy that is not current. */
    @Test
    void whileContentsAreWrittenItStopsNothing() {
        fill(pager, protectedPage, 2);
        runOutOfMemoryInTheNext(Call.WRITE);

        assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> fill(pager, protectedPage, 3));

        assertFilled(pager, protectedPage, 2);
        fill(pager, protectedPage, 4);
        assertFilled(pager, protectedPage, 4);
    }

    @Test
    void beforeTheFirstChangeItStopsNothingEither() {
        runOutOfMemoryInTheNext(Call.LENGTH);

        assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> pager.free(behindTheInlineStates));

        assertThat(pager.state()).isEqualTo(PagerState.OPEN);
        pager.free(behindTheInlineStates);
    }

    /** A latch was taken, and then there was no memory for the object to give it back by. */
    @Test
    @Timeout(120)
    void inABorrowItLeavesNothingHeld() {
        try (ChildJvm child = ChildJvm.startWithOptions(List.of("-Xmx12m", "-XX:+UseSerialGC"), Child.class,
                files.path().resolveSibling("full-heap.pages"))) {
            assertThat(child.readToEnd()).containsExactly("OPEN, stuck 0", "exit 0");
        }
    }

    /** The other JVM: borrows pages while its heap is full to the last bytes, then looks whether any is held. */
    public static final class Child {

        private static final int ROUNDS = 20;
        private static final int PAGES = 1_000;

        /** What fills the heap. */
        private record Ballast(Object content, @Nullable Ballast next) {
        }

        private Child() {
        }

        public static void main(String[] arguments) {
            // Without a journal: the thread that makes checkpoints would run out of memory, too, and that stops commits.
            try (Pager pager = Pager.builder(Path.of(arguments[0])).pageSizeLog2(10).initialSize(2 << 20)
                    .commitMode(CommitMode.CHECKPOINT).borrowTimeout(Duration.ZERO).create()) {
                PageId[] pages = pager.allocBulk(PAGES).toArray(new PageId[0]);
                pager.write(pages[0]).close();
                int failed = 0;
                int stuck = 0;
                for (int round = 0; round < ROUNDS; round++) {
                    Ballast ballast = fill();
                    for (int i = 0; i < 40; i++) {
                        ballast = Objects.requireNonNull(ballast.next); // a few bytes are free again
                        failed += borrow(pager, pages[(7 * round + i) % PAGES], i % 2 == 0) ? 0 : 1;
                    }
                }
                for (PageId id : pages) {
                    try (WritablePage page = pager.write(id)) {
                        page.bytes().fill((byte) 1);
                    } catch (PageBorrowedException e) {
                        stuck++;
                    }
                }
                System.out.println(pager.state() + ", stuck " + stuck + (failed > 0 ? "" : ", and none failed"));
            }
        }

        /** In large pieces first, so that the collector has little to look at, then down to the last bytes. */
        private static Ballast fill() {
            Ballast top = new Ballast("", null);
            for (int size = 1 << 16; size > 0; size /= 8) {
                try {
                    while (true) {
                        top = new Ballast(new byte[size], top);
                    }
                } catch (OutOfMemoryError e) {
                    // smaller ones may still fit
                }
            }
            return top;
        }

        private static boolean borrow(Pager pager, PageId id, boolean writing) {
            try (AutoCloseable _ = writing ? pager.write(id) : pager.read(id)) {
                return true;
            } catch (OutOfMemoryError e) {
                return false;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }
}
