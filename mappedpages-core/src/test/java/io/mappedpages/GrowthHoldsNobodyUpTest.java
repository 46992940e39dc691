package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filled;
import static io.mappedpages.Pages.filledProtected;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.internal.storage.PageStorage;
import io.mappedpages.internal.storage.StorageProvider;
import io.mappedpages.testing.Background;
import io.mappedpages.testing.PageFiles;

/** The disk takes its time to make the file longer, and only who needs the new pages waits for it. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class GrowthHoldsNobodyUpTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final CountDownLatch extending = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    /** Hands every call on; what {@code open} returns waits in {@code extend}. */
    private <T> T slow(Class<T> type, T real) {
        return type
                .cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
                    if (method.getName().equals("extend")) {
                        extending.countDown();
                        goOn.await();
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
    void othersReadWriteFreeAndCommitWhileTheFileIsExtended() {
        Pager pager = files.add(files.builder(12).initialSize(16 << 12).borrowTimeout(Duration.ZERO)
                .storage(slow(StorageProvider.class, new FileStorageProvider())).create());
        PageId page = filled(pager, 1);
        PageId other = filled(pager, 2);
        ProtectedPageId protectedPage = filledProtected(pager, 3);
        pager.allocBulk(Math.toIntExact(pager.freePageCount()));

        Background<PageId> growing = Background.start(pager::alloc);
        try {
            extending.await();
            assertFilled(pager, page, 1);
            fill(pager.pages(), page, 4);
            fill(pager.protectedPages(), protectedPage, 5);
            pager.sync();
            pager.free(other);
            assertThat(pager.alloc()).as("a page that was freed meanwhile").isEqualTo(other);
            assertThat(pager.verify().findings()).isEmpty();
            assertThat(pager.pageCount()).isEqualTo(16);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            goOn.countDown();
        }

        assertThat(growing.result().number()).isGreaterThanOrEqualTo(16);
        assertFilled(pager, page, 4);
        assertFilled(pager.protectedPages(), protectedPage, 5);
    }
}
