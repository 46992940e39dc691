package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filledProtected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.concurrent.CompletionException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.mappedpages.FaultInjection.Call;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.QuietLog;

/** What applications use to see how they take a failure. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class FaultInjectionTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final FaultInjection faults = new FaultInjection();

    private Pager pager() {
        return files.add(files.builder(10).faults(faults).create());
    }

    @ParameterizedTest
    @EnumSource(value = Call.class, names = {"WRITE", "SYNC"})
    void aFailedWriteOrSyncStopsThePagerUntilItIsReopenedAndLosesNothing(Call call) {
        QuietLog.use();
        Pager pager = pager();
        ProtectedPageId id = filledProtected(pager, 1);

        faults.failNext(call);
        assertThat(faults.isPending(call)).isTrue();
        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(() -> fill(pager, id, 2))
                .withRootCauseInstanceOf(java.io.IOException.class).havingRootCause()
                .withMessageContaining("FaultInjection");

        assertThat(faults.isPending(call)).isFalse();
        assertThat(pager.state()).isEqualTo(PagerState.UNAVAILABLE);
        pager.reopen();
        fill(pager, id, 3);
        assertFilled(pager, id, 3);
    }

    @Test
    void aFailedRemapStopsThePagerWhenTheFileGrows() {
        QuietLog.use();
        Pager pager = files.add(files.builder(20).faults(faults).create());
        faults.failNext(Call.REMAP);

        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(() -> pager.allocBulk(500));

        assertThat(pager.state()).isEqualTo(PagerState.UNAVAILABLE);
        pager.reopen();
        pager.allocBulk(500);
    }

    @Test
    void anAllocationThatFailsSaysThatThereIsNoRoomAndThePagerStaysUsable() {
        Pager pager = pager();
        ProtectedPageId id = filledProtected(pager, 1);
        long free = pager.freePageCount();

        faults.failNext(Call.ALLOCATION);
        assertThatExceptionOfType(PagerFullException.class).isThrownBy(pager::alloc)
                .withMessageContaining("told to fail").withMessageContaining("Nothing was allocated");
        faults.failNext(Call.ALLOCATION);
        assertThatExceptionOfType(PagerFullException.class).isThrownBy(() -> pager.allocProtectedBulk(3));
        faults.failNext(Call.ALLOCATION);
        assertThatExceptionOfType(PagerFullException.class).isThrownBy(() -> pager.transact(Transaction::alloc));
        faults.failNext(Call.ALLOCATION);
        assertThatExceptionOfType(PagerFullException.class).isThrownBy(() -> {
            try {
                pager.allocAsync().join();
            } catch (CompletionException e) {
                throw e.getCause();
            }
        });

        assertThat(pager.freePageCount()).isEqualTo(free);
        pager.free(pager.alloc());
        fill(pager, id, 2);
        assertFilled(pager, id, 2);
    }

    @Test
    void asManyFailAsWereAskedForAndNoneAfterAReset() {
        Pager pager = pager();
        faults.failNext(Call.ALLOCATION);
        faults.failNext(Call.ALLOCATION);
        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(PagerFullException.class).isThrownBy(pager::alloc);
        }
        pager.alloc();

        faults.failNext(Call.ALLOCATION);
        faults.failNext(Call.SYNC);
        faults.reset();
        pager.alloc();
        assertThat(pager.state()).isEqualTo(PagerState.OPEN);
    }
}
