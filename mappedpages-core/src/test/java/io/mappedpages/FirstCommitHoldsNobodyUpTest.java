package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FaultyStorageProvider.Fault;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.Background;
import io.mappedpages.testing.PageFiles;

/**
 * The first change of an opening makes what was found durable, all of the file, and makes the replayed records a checkpoint.
 * In a large file that takes its time, and only who changes something waits for it.
 */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class FirstCommitHoldsNobodyUpTest {

    /** More than the metadata page has states for, in pages of 1 KiB; the rest are in a leaf. */
    private static final int PAGES = 4_000;

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private final FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());

    /** A commit that is held up in each of its syncs, and what somebody else does meanwhile. */
    private final class HeldSyncs {
        private final List<Call> held = new ArrayList<>();
        private volatile Runnable meanwhile = () -> {
        };

        private void hold(Call call) {
            storage.beforeNext(call, () -> {
                held.add(call);
                Background.run(meanwhile).result();
                hold(call);
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoReadsDoesNotWaitWhileTheFirstCommitSyncs(CommitMode mode) {
        Pager pager = files.add(files.builder(10).commitMode(mode).journalSize(32 << 10).storage(storage).create());
        List<PageId> pages = pager.allocBulk(PAGES);
        PageId far = Pages.fill(pager, pages.getLast(), 5);
        ProtectedPageId guarded = Pages.filledProtected(pager, 1);
        Pages.fill(pager, guarded, 2);
        storage.failNext(Call.SYNC_RANGES, Fault.BEFORE);
        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(() -> Pages.fill(pager, guarded, 3));
        storage.reset();
        pager.reopen();
        HeldSyncs syncs = new HeldSyncs();
        syncs.meanwhile = () -> {
            Pages.assertFilled(pager, far, 5); // whose leaf is not in memory the first time
            assertThat(pager.allocatedPages().count()).isEqualTo(PAGES);
            assertThat(pager.stats().recordsSinceCheckpoint()).isNotNegative();
            try (MappedPage page = pager.read(guarded)) {
                assertThat(page.bytes().byteSize()).isEqualTo(1 << 10);
            }
        };
        syncs.hold(Call.SYNC);
        syncs.hold(Call.SYNC_RANGES);

        pager.free(pages.getFirst());

        assertThat(syncs.held).contains(Call.SYNC).hasSizeGreaterThan(mode == CommitMode.JOURNAL ? 5 : 2);
        storage.reset();
        assertThat(pager.verify().findings()).isEmpty();
    }
}
