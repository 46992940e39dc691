package io.mappedpages;

import static io.mappedpages.Pages.fill;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.mappedpages.internal.format.SuperblockSlot;
import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FaultyStorageProvider.Event;
import io.mappedpages.internal.storage.FaultyStorageProvider.Fault;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.PageFiles;

/**
 * What a call has written is synced when it returns, and in the right order: all that a commit says before the superblock
 * slot that makes it current, and that slot before anything of the next.
 */
class DurabilityTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private final FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());
    private Pager pager;

    @BeforeEach
    void aFileThatNeedNotGrow() {
        pager = files.add(files.builder(10).initialSize(100 << 10).storage(storage).create());
    }

    @ParameterizedTest
    @EnumSource(EveryCall.class)
    void whatACallHasWrittenIsSyncedInOrderWhenItReturns(EveryCall call) {
        EveryCall.Fixture fixture = new EveryCall.Fixture(pager);
        storage.reset();

        call.run(fixture);

        assertThatAllIsSynced();
        fixture.release();
    }

    @Test
    void aLongLifeWithGrowthIsSyncedInOrder() {
        storage.reset();
        for (int i = 0; i < 30; i++) {
            List<ProtectedPageId> ids = pager.allocProtectedBulk(5);
            fill(pager, ids.get(0), i);
            pager.freeProtectedBulk(ids.subList(1, 3));
            pager.free(pager.allocBulk(7).get(3));
        }
        pager.reopen();
        pager.alloc();

        assertThat(pager.pageCount()).isGreaterThan(200);
        assertThatAllIsSynced();
    }

    /** What was stored before a reopen was not synced by it, and the close that came later knew nothing of it. */
    @Test
    void whatIsStoredIntoARegularPageIsSyncedWhenThePagerIsReopened() {
        fill(pager, pager.alloc(), 1);
        storage.reset();

        pager.reopen();

        assertThat(storage.events()).extracting(Event::call).containsSubsequence(Call.SYNC, Call.CLOSE, Call.OPEN);
        assertThat(storage.count(Call.TRUNCATE)).isZero();
    }

    @Test
    void aReopenThatCouldNotSyncSaysSoAndTheNextOneGoesOn() {
        ProtectedPageId committed = pager.allocProtected();
        fill(pager, committed, 2);
        fill(pager, pager.alloc(), 1);
        storage.failNext(Call.SYNC, Fault.SYNC_LOST);

        assertThatExceptionOfType(PagerIoException.class).isThrownBy(pager::reopen)
                .withMessageContaining("may not be durable").withStackTraceContaining("told to fail: SYNC");
        assertThat(pager.state()).isEqualTo(PagerState.UNAVAILABLE);

        pager.reopen();
        Pages.assertFilled(pager, committed, 2);
    }

    private void assertThatAllIsSynced() {
        List<ByteRange> pending = new ArrayList<>();
        boolean slotIsPending = false;
        for (Event event : storage.events()) {
            switch (event.call()) {
                case WRITE -> {
                    ByteRange written = event.ranges().getFirst();
                    boolean slot = written.length() == SuperblockSlot.BYTES
                            && written.offset() <= SuperblockSlot.SLOT_1;
                    assertThat(slotIsPending).as("a slot that is not durable before a write to " + written).isFalse();
                    if (slot) {
                        assertThat(pending).as("not durable before the slot").isEmpty();
                    }
                    slotIsPending = slot;
                    pending.add(written);
                }
                case EXTEND -> pending.addAll(event.ranges()); // needs a sync of the whole file
                case SYNC -> {
                    pending.clear();
                    slotIsPending = false;
                }
                case SYNC_RANGES -> {
                    pending.removeIf(written -> event.ranges().stream().anyMatch(
                            synced -> synced.offset() <= written.offset() && synced.end() >= written.end()));
                    slotIsPending &= !pending.isEmpty();
                }
                default -> {
                    // changes nothing that has to be synced
                }
            }
        }
        assertThat(pending).as("not durable at the end").isEmpty();
    }

    @Test
    void commitOfARegularPageSyncsThatPage() {
        PageId id = pager.allocBulk(5).get(3);
        storage.reset();
        try (WritablePage page = pager.write(id)) {
            page.bytes().fill((byte) 1);
            page.commit();
        }

        ByteRange bytes = new ByteRange(id.number() * 1024, 1024);
        assertThat(storage.events()).anySatisfy(event -> {
            assertThat(event.call()).isEqualTo(Call.SYNC_RANGES);
            assertThat(event.ranges())
                    .anyMatch(range -> range.offset() <= bytes.offset() && range.end() >= bytes.end());
        });
    }

    @Test
    void syncSyncsEverything() {
        storage.reset();
        pager.sync();

        assertThat(storage.count(Call.SYNC)).isEqualTo(1);
    }

    /** Between the look at how many pages there are and the look at how long the file is, the file gets shorter. */
    @Test
    void aFileThatIsTrimmedMeanwhileIsNotTakenForOneThatSomebodyTruncated() {
        PageId id = pager.alloc();
        pager.freeBulk(pager.allocBulk(100));
        pager.write(id).close();
        storage.beforeNext(Call.LENGTH, () -> assertThat(pager.trim()).isPositive());

        pager.sync();

        assertThat(pager.state()).isEqualTo(PagerState.OPEN);
    }

    @Test
    void closingSyncsWhatWasStoredAndNotCommitted() {
        storedAndNotCommitted();
        storage.reset();

        pager.close();

        assertThat(storage.count(Call.SYNC)).isEqualTo(1);
    }

    /** And once more after that, for an I/O operation may store into a page until it is unmapped. */
    @Test
    void whereOnlyWhatIsMappedIsSyncedClosingSyncsBeforeItUnmaps() {
        storage.syncsOnlyWhatIsMapped();
        MemorySegment.Scope mapping = storedAndNotCommitted();
        List<Boolean> mapped = new ArrayList<>();
        storage.beforeNext(Call.SYNC, () -> {
            mapped.add(mapping.isAlive());
            storage.beforeNext(Call.SYNC, () -> mapped.add(mapping.isAlive()));
        });

        pager.close();

        assertThat(mapped).containsExactly(true, false);
    }

    private MemorySegment.Scope storedAndNotCommitted() {
        try (WritablePage page = pager.write(pager.alloc())) {
            return page.bytes().fill((byte) 1).scope();
        }
    }
}
