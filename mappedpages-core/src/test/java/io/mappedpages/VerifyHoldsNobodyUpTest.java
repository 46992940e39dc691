package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filledProtected;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.format.Sums;
import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.testing.Background;
import io.mappedpages.testing.HeldReads;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;
import io.mappedpages.testing.Seed;

/**
 * A check of the whole file led the commit queue from its beginning to its end: an allocation waited 1,357 of the 1,387 ms that
 * it took. Now nothing waits for it; and it still finds all that is wrong, and nothing else.
 */
@Timeout(value = 240, threadMode = ThreadMode.SEPARATE_THREAD)
class VerifyHoldsNobodyUpTest {

    private static final int LOG2 = 10;
    private static final Geometry GEOMETRY = Geometry.ofLog2(LOG2);
    /** So many that the map has leaves. */
    private static final int PAGES = GEOMETRY.inlineStates() + 2 * GEOMETRY.statesPerLeaf();

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private final HeldReads disk = new HeldReads();

    @AfterEach
    void letAllReadsGo() {
        disk.letGo();
    }

    @Test
    void othersReadCommitFreeAndMakeTheFileLongerWhileItWaitsForTheDisk() throws InterruptedException {
        Pager pager = files.add(files.builder(LOG2).commitMode(CommitMode.CHECKPOINT).storage(disk.provider())
                .borrowTimeout(Duration.ZERO).create());
        ProtectedPageId protectedPage = filledProtected(pager, 1);
        pager.allocBulk(PAGES);
        CopyPair root = metadata(new RawPageFile(pager.path())).mapRoot();
        disk.hold(new ByteRange(root.pageA() << LOG2, 1 << LOG2));
        disk.hold(new ByteRange(root.pageB() << LOG2, 1 << LOG2));

        Background<VerifyReport> verifying = Background.start(pager::verify);
        disk.await(1);
        long before = pager.pageCount();
        PageId page = pager.alloc();
        fill(pager, page, 2);
        fill(pager, protectedPage, 3);
        pager.allocBulk(Math.toIntExact(pager.freePageCount()) + 1);
        pager.free(page);
        assertFilled(pager, protectedPage, 3);
        assertThat(pager.pageCount()).isGreaterThan(before);
        assertThat(verifying.isDone()).isFalse();
        disk.letGo();

        assertThat(verifying.result().findings()).isEmpty();
    }

    @Test
    void closingEndsIt() throws InterruptedException {
        Pager pager = files.add(files.builder(LOG2).storage(disk.provider()).create());
        pager.allocBulk(PAGES);
        CopyPair root = metadata(new RawPageFile(pager.path())).mapRoot();
        disk.hold(new ByteRange(root.activePage() << LOG2, 1 << LOG2));
        Background<Boolean> verifying = Background.start(() -> {
            try {
                throw new AssertionError(pager.verify());
            } catch (PagerClosedException e) {
                return true;
            }
        });
        disk.await(1);

        Background<Boolean> closing = Background.run(pager::close);
        while (pager.state() == PagerState.OPEN) {
            Thread.onSpinWait();
        }
        disk.letGo();

        assertThat(closing.result()).isTrue();
        assertThat(verifying.result()).isTrue();
    }

    private static MetadataPage metadata(RawPageFile file) {
        return file.metadata(file.currentMetadata());
    }

    /** Allocates, writes and frees, until it is told to end. */
    private static final class Worker {
        private final Pager pager;
        private final Random random;
        private final Deque<PageId> pages = new ArrayDeque<>();
        private final Deque<ProtectedPageId> protectedPages = new ArrayDeque<>();

        Worker(Pager pager, Random random) {
            this.pager = pager;
            this.random = random;
        }

        void workUntil(AtomicBoolean over) {
            while (!over.get()) {
                switch (random.nextInt(7)) {
                    case 0 -> pages.addAll(pager.allocBulk(1 + random.nextInt(60)));
                    case 1 -> protectedPages.addAll(pager.allocProtectedBulk(1 + random.nextInt(20)));
                    case 2 -> give(pages, some -> pager.freeBulk(some));
                    case 3 -> give(protectedPages, some -> pager.freeProtectedBulk(some));
                    default -> {
                        if (!protectedPages.isEmpty()) {
                            ProtectedPageId page = protectedPages.poll();
                            fill(pager, page, random.nextInt(100));
                            protectedPages.add(page);
                        }
                    }
                }
            }
        }

        private <T> void give(Deque<T> from, Consumer<List<T>> free) {
            List<T> some = new ArrayList<>();
            while (!from.isEmpty() && from.size() > 30 && some.size() < 50) {
                some.add(random.nextBoolean() ? from.pollFirst() : from.pollLast());
            }
            free.accept(some);
        }
    }

    private enum Mode {
        JOURNALED, CHECKPOINTS, LITTLE_MEMORY
    }

    private PagerBuilder builder(Mode mode) {
        PagerBuilder builder = files.builder(LOG2).growthStep(256L << LOG2).borrowTimeout(Duration.ofSeconds(60));
        return switch (mode) {
            case JOURNALED -> builder.journalSize(1 << 17);
            case CHECKPOINTS -> builder.commitMode(CommitMode.CHECKPOINT);
            case LITTLE_MEMORY -> builder.cacheBytes(1);
        };
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsFoundThatIsOnlyBeingChanged(Mode mode) {
        long seed = Seed.next();
        Seed.named(seed, () -> {
            Pager pager = files.add(builder(mode).create());
            pager.allocBulk(PAGES);
            AtomicBoolean over = new AtomicBoolean();
            List<Background<Boolean>> working = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Worker worker = new Worker(pager, new Random(seed + i));
                working.add(Background.run(() -> worker.workUntil(over)));
            }
            working.add(Background.run(() -> {
                while (!over.get()) {
                    pager.trim();
                }
            }));
            try {
                for (int i = 0; i < 60; i++) {
                    assertThat(pager.verify().findings()).as("check %d", i).isEmpty();
                }
            } finally {
                over.set(true);
            }
            working.forEach(Background::result);
            assertThat(pager.verify().findings()).isEmpty();
        });
    }

    /** What is wrong in a file. */
    private enum Wrong {
        CONTENT("has other contents"), NODE("tree node"), UNNAMED("no pair names it"),
        FREE_AND_NAMED("is free, but a pair makes it"),
        FREE_COUNT("free pages, there are"), PROTECTED_COUNT("protected pages, there are");

        private final String finding;

        Wrong(String finding) {
            this.finding = finding;
        }

        void make(RawPageFile file, CopyPair content) {
            MetadataPage metadata = metadata(file);
            switch (this) {
                case CONTENT -> file.flip(content.activePage() << LOG2);
                case NODE -> file.flip((metadata.directoryRoot().activePage() << LOG2) + 500);
                case UNNAMED -> metadata.states().set(metadata.states().next(PageState.DATA, 30, 60), PageState.COPY);
                case FREE_AND_NAMED -> {
                    metadata.states().set((int) content.inactivePage(), PageState.FREE);
                    metadata.freeCount(metadata.freeCount() + 1);
                }
                case FREE_COUNT -> metadata.freeCount(metadata.freeCount() + 1);
                case PROTECTED_COUNT -> metadata.protectedCount(metadata.protectedCount() + 1);
            }
            if (this != CONTENT && this != NODE) {
                Sums sums = metadata.seal(metadata.generation());
                file.write((long) file.currentMetadata() << LOG2, metadata.bytes());
                file.slot(file.newestSlot(), file.slot(file.newestSlot()).leadingTo(file.currentMetadata() - 1,
                        metadata.generation(), sums));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWrongIsFoundWhileOthersCommit(Wrong wrong) throws Exception {
        Pager pager = files.add(files.builder(LOG2).create());
        ProtectedPageId victim = filledProtected(pager, 7);
        PageId page = pager.alloc();
        List<ProtectedPageId> others = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            others.add(filledProtected(pager, 9));
        }
        pager.allocBulk(50);
        pager.close();
        RawPageFile file = new RawPageFile(pager.path());
        CopyPair root = metadata(file).directoryRoot();
        CopyPair content = CopyPair.read(file.read((root.activePage() << LOG2) + 32 + victim.number() * 32, 32), 0);
        if (wrong != Wrong.NODE) { // the root would not let the file be opened
            wrong.make(file, content);
        }
        Pager opened = files.add(Pager.builder(pager.path()).open());
        files.damaged(pager.path());
        if (wrong == Wrong.NODE) {
            opened.read(victim).close();
            wrong.make(file, content);
        }
        AtomicBoolean over = new AtomicBoolean();
        Background<Boolean> committing = Background.run(() -> {
            while (!over.get()) {
                opened.read(page).close();
                try (WritablePage written = opened.write(page)) {
                    written.commit();
                }
                if (wrong != Wrong.NODE) {
                    others.forEach(other -> fill(opened, other, 5));
                }
            }
        });
        try {
            for (int i = 0; i < 5; i++) {
                assertThat(opened.verify().findings()).as("check %d", i)
                        .anyMatch(finding -> finding.problem().contains(wrong.finding));
            }
        } finally {
            over.set(true);
        }
        assertThat(committing.result()).isTrue();
    }
}
