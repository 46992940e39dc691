package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filledProtected;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.internal.storage.PageStorage;
import io.mappedpages.internal.storage.StorageProvider;
import io.mappedpages.testing.Background;
import io.mappedpages.testing.PageFiles;

/**
 * A trim had the engine lock from its beginning to its end, 20 seconds in a file of 320,000 pages that were written and
 * freed, and every commit waited for it. Now it is done in steps, and others commit between them.
 */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class TrimHoldsNobodyUpTest {

    private static final int PAGES = 1_000_000;
    /** What a step may ask of the disk. Two may come before a commit: one has begun, and the next gets the lock first. */
    private static final int MOST_CALLS = 2 * 60;

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private final AtomicInteger commits = new AtomicInteger();
    private volatile @Nullable Thread committing;
    private volatile @Nullable Thread trimming;
    // The thread of the trim alone changes these.
    private int callsInARow;
    private int mostInARow;
    private int commitsSeen;

    /** A commit waits for the lock when its thread waits without a limit. */
    private void count(@Nullable Thread who) {
        if (commitsSeen != commits.get()) {
            commitsSeen = commits.get();
            callsInARow = 0;
        }
        if (who != null && who.getState() == Thread.State.WAITING) {
            callsInARow++;
            mostInARow = Math.max(mostInARow, callsInARow);
        }
    }

    /** Hands every call on; those of the trim are counted and take their time. */
    private <T> T slow(Class<T> type, T real) {
        Set<String> work = Set.of("read", "write", "sync", "truncate", "punchHole");
        return type
                .cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
                    if (Thread.currentThread() == trimming && work.contains(method.getName())) {
                        count(committing);
                        Thread.sleep(1);
                    }
                    try {
                        Object result = method.invoke(real, arguments);
                        return method.getName().equals("open") ? slow(PageStorage.class, (PageStorage) result) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    @Test
    void othersCommitWhileTheFileIsTrimmed() {
        Pager pager = files.add(files.builder(10).reserve(false).cacheBytes(1)
                .storage(slow(StorageProvider.class, new FileStorageProvider())).create());
        ProtectedPageId page = filledProtected(pager, 1);
        List<PageId> others = pager.allocBulk(PAGES);
        pager.freeBulk(others);

        committing = Thread.currentThread();
        Background<Long> trim = Background.start(() -> {
            trimming = Thread.currentThread();
            return pager.trim();
        });
        int value = 1;
        while (!trim.isDone()) {
            fill(pager, page, ++value);
            commits.incrementAndGet();
        }

        assertThat(trim.result()).isGreaterThanOrEqualTo(PAGES);
        assertThat(mostInARow).as("what it asked of the disk while a commit was waiting").isLessThan(MOST_CALLS);
        assertThat(commits.get()).as("commits while the file was trimmed").isGreaterThan(10);
        assertFilled(pager, page, value);
        assertThat(pager.verify().findings()).isEmpty();
    }
}
