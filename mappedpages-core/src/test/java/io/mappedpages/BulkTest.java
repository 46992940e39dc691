package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.internal.format.SuperblockSlot;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FaultyStorageProvider.Event;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.PageFiles;

/** Many pages in one call are one commit. */
class BulkTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());
    private Pager pager;

    @BeforeEach
    void aFileThatNeedNotGrow() {
        pager = files.add(
                files.builder(10).commitMode(CommitMode.CHECKPOINT).initialSize(1 << 20).storage(storage).create());
        // The first nodes, and permission to write to them, are commits of their own.
        pager.freeProtectedBulk(pager.allocProtectedBulk(100));
        storage.reset();
    }

    /** A superblock slot is written once a commit. */
    private long commits() {
        return storage.events().stream().filter(event -> event.call() == Call.WRITE).mapToLong(Event::offset)
                .filter(at -> at == SuperblockSlot.SLOT_0 || at == SuperblockSlot.SLOT_1).count();
    }

    @Test
    void eachBulkCallIsOneCommit() {
        List<PageId> regular = pager.allocBulk(50);
        assertThat(commits()).isEqualTo(1);
        pager.freeBulk(regular);
        assertThat(commits()).isEqualTo(2);
        List<ProtectedPageId> pages = pager.allocProtectedBulk(50);
        assertThat(commits()).isEqualTo(3);
        pager.freeProtectedBulk(pages);
        assertThat(commits()).isEqualTo(4);
    }

    @Test
    void aBulkCallOfNothingWritesNothing() {
        assertThat(pager.allocBulk(0)).isEmpty();
        assertThat(pager.allocProtectedBulk(0)).isEmpty();
        pager.freeBulk(List.of());
        pager.freeProtectedBulk(List.of());

        assertThat(storage.count(Call.WRITE)).isZero();
    }

    @Test
    void pagesOfABulkAreDistinctAndEmptyAndCountedAndMayBeFreedInAnyOrder() {
        long free = pager.freePageCount();
        List<PageId> regular = pager.allocBulk(60);
        List<ProtectedPageId> pages = pager.allocProtectedBulk(70);

        assertThat(new HashSet<>(regular)).hasSize(60);
        assertThat(new HashSet<>(pages)).hasSize(70);
        assertThat(pager.freePageCount()).isEqualTo(free - 60 - 2 * 70);
        assertThat(pager.protectedPageCount()).isEqualTo(70);
        regular.forEach(id -> assertFilled(pager, id, 0));
        pages.forEach(id -> assertFilled(pager, id, 0));

        List<PageId> shuffled = new ArrayList<>(regular);
        Collections.shuffle(shuffled, new Random(1));
        pager.freeBulk(shuffled);
        List<ProtectedPageId> some = new ArrayList<>(pages.subList(20, 70));
        Collections.shuffle(some, new Random(2));
        pager.freeProtectedBulk(some);

        assertThat(pager.freePageCount()).isEqualTo(free - 2 * 20);
        assertThat(pager.allocatedPages()).isEmpty();
        assertThat(pager.allocatedProtectedPages()).containsExactlyInAnyOrderElementsOf(pages.subList(0, 20));
    }

    @Test
    void aNegativeCountIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> pager.allocBulk(-1)).withMessageContaining("-1");
        assertThatIllegalArgumentException().isThrownBy(() -> pager.allocProtectedBulk(-1)).withMessageContaining("-1");
    }
}
