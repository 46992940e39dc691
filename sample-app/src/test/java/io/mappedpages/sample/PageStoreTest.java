package io.mappedpages.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.http.HttpHeaders;

import io.mappedpages.MappedPage;
import io.mappedpages.PageAllocator;
import io.mappedpages.PageNotAllocatedException;
import io.mappedpages.PageReader;
import io.mappedpages.PageWriter;
import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;

class PageStoreTest {

    @TempDir
    private Path directory;
    private Pager pager;
    private final AtomicReference<Runnable> beforeFree = new AtomicReference<>(() -> {});
    private PageStore<ProtectedPageId> store;

    @BeforeEach
    void open() {
        pager = Pager.create(directory.resolve("pages.mp"), 12);
        store = new PageStore<>(pager,
                PageStore.Kind.guarded(pager).with(new Watched(pager.protectedPages())));
    }

    @AfterEach
    void close() {
        assertThat(pager.verify().findings()).isEmpty();
        pager.close();
    }

    @Test
    void nobodyChangesAPageBetweenTheComparisonAndTheEndOfAConditionalDelete() throws Exception {
        ProtectedPageId page = store.create(content(1));
        PageNumber number = new PageNumber(page.number());
        AtomicReference<Throwable> outcome = new AtomicReference<>();
        Thread writer = new Thread(() -> store.replace(number, content(2), unconditional()));
        writer.setUncaughtExceptionHandler((_, failure) -> outcome.set(failure));
        beforeFree.set(() -> {
            writer.start();
            awaitBlockedOrDone(writer);
        });

        store.delete(number, ifMatch(content(1)));
        writer.join();

        assertThat(outcome.get()).as("what the write got that came in between")
                .isInstanceOf(PageNotAllocatedException.class);
    }

    @Test
    void aPageAndItsContentAreOneChange() {
        List<Long> commits = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            long before = pager.stats().generation();
            ProtectedPageId page = store.create(content(i));
            assertThat(store.read(new PageNumber(page.number())).etag()).isEqualTo(content(i).etag());
            commits.add(pager.stats().generation() - before);
        }
        assertThat(commits).as("but for those that made the file longer").contains(1L);
    }

    private static void awaitBlockedOrDone(Thread thread) {
        while (true) {
            switch (thread.getState()) {
                case WAITING, TIMED_WAITING, BLOCKED, TERMINATED -> {
                    return;
                }
                default -> Thread.onSpinWait();
            }
        }
    }

    private PageContent content(int value) {
        try {
            return PageContent.readFrom(new ByteArrayInputStream(new byte[] {(byte) value}), pager.pageSize());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Precondition unconditional() {
        return Precondition.of(new HttpHeaders());
    }

    private static Precondition ifMatch(PageContent content) {
        HttpHeaders headers = new HttpHeaders();
        headers.setIfMatch(content.etag().formattedTag());
        return Precondition.of(headers);
    }

    /** The real pages, with something happening at the worst moment. */
    private final class Watched implements PageAllocator<ProtectedPageId> {

        private final PageAllocator<ProtectedPageId> pages;

        Watched(PageAllocator<ProtectedPageId> pages) {
            this.pages = pages;
        }

        @Override
        public ProtectedPageId alloc() {
            return pages.alloc();
        }

        @Override
        public void free(ProtectedPageId id) {
            beforeFree.get().run();
            pages.free(id);
        }

        @Override
        public List<ProtectedPageId> allocBulk(int count) {
            return pages.allocBulk(count);
        }

        @Override
        public void freeBulk(Collection<? extends ProtectedPageId> ids) {
            pages.freeBulk(ids);
        }

        @Override
        public MappedPage read(ProtectedPageId id) {
            return pages.read(id);
        }

        @Override
        public <T> T read(ProtectedPageId id, PageReader<T> reader) {
            return pages.read(id, reader);
        }

        @Override
        public Stream<ProtectedPageId> allocated(long from) {
            return pages.allocated(from);
        }

        @Override
        public PageWriter write(ProtectedPageId id) {
            return pages.write(id);
        }
    }
}
