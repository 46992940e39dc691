package io.mappedpages.internal.commit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.mappedpages.internal.engine.Engine;
import io.mappedpages.internal.engine.EngineConfig;
import io.mappedpages.internal.engine.EngineEvents;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.FileCounts;
import io.mappedpages.internal.format.JournalRecord;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.RecordBuilder;
import io.mappedpages.internal.format.RecordLink;
import io.mappedpages.internal.pageio.NodeReader;
import io.mappedpages.internal.pageio.PageContents;
import io.mappedpages.internal.recovery.Adopted;
import io.mappedpages.internal.recovery.Recoverer;
import io.mappedpages.internal.recovery.Replay;
import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.internal.storage.PageStorage;
import io.mappedpages.internal.tree.FileState;

/**
 * The last record names the contents of several pages, as a commit of several callers does. If it turns out to be
 * unfinished, the copies before these are what is fallen back to.
 */
class LastContentsTest {

    private static final int PAGES = 4;

    @TempDir
    private Path directory;
    private long low;
    private List<CopyPair> written = List.of();

    @Test
    void whatOneOfThemIsFallenBackToIsNotWhereAnotherOneIsMoved() throws IOException {
        long[] ids = aFileWithOneFreePageInFrontOf(PAGES);

        List<Long> movedTo = save(ids, List.of());

        assertThat(movedTo).contains(low).hasSize(PAGES).doesNotHaveDuplicates();
        for (CopyPair pair : written) {
            assertThat(movedTo).doesNotContain(pair.inactivePage(), pair.activePage());
        }
    }

    /** Half of such a write may be just what that record lacks: zeros, for instance. Then it would count. */
    @Test
    void nothingIsMovedToWhereTheContentsOfARolledBackRecordWouldBe() throws IOException {
        long[] ids = aFileWithOneFreePageInFrontOf(PAGES);

        List<Long> movedTo = save(ids, List.of(low));

        assertThat(movedTo).hasSize(PAGES).doesNotHaveDuplicates().doesNotContain(low);
    }

    private long[] aFileWithOneFreePageInFrontOf(int pages) {
        Engine engine = Engine.create(config());
        low = engine.alloc(1)[0];
        long[] ids = engine.allocProtected(pages);
        engine.free(new long[] {low});
        engine.close();
        return ids;
    }

    private EngineConfig config() {
        return new EngineConfig(directory.resolve("pages"), 12, 1 << 20, Long.MAX_VALUE, 1 << 20, false, Duration.ZERO,
                false, true, 64 << 10, new AtomicLong()::incrementAndGet, EngineEvents.NONE, 1 << 20,
                new FileStorageProvider());
    }

    /**
     * Saves the contents of a record that wrote all of {@code ids}, behind which another one had made new protected pages of
     * {@code rolledBack}.
     *
     * @return where they went
     */
    private List<Long> save(long[] ids, List<Long> rolledBack) throws IOException {
        EngineConfig config = config();
        Path path = config.provider().resolve(config.path());
        try (PageStorage storage = config.provider().open(path, config.provider().lock(path))) {
            Adopted adopted = Recoverer.recover(storage, path, false);
            FileState state = new FileState(adopted.geometry(), adopted.metadata(),
                    page -> NodeReader.read(storage, adopted.geometry(), page), _ -> false, 100);
            Replay.onto(state, adopted);
            long generation = adopted.generation() + 1;
            written = writeAll(state, ids, generation);
            PageContents contents = new PageContents(adopted.geometry());
            Batch batch = new Batch(storage, adopted.geometry(), contents, generation + 2, null);
            JournalRecord last = record(ids, written, generation, state.counts(false));
            JournalRecord behind = rolledBack.isEmpty() ? null
                    : record(new long[] {PAGES}, rolledBack.stream()
                            .map(page -> CopyPair.written(page, page + 1, generation + 1, written.getFirst().sums()))
                            .toList(), generation + 1, state.counts(false));

            new LastContents(storage, adopted.geometry(), state, contents, with(adopted, last, behind))
                    .save(batch, Long.MAX_VALUE);

            return batch.written().stream().map(ByteRange::offset).map(at -> at >> 12).toList();
        }
    }

    private static List<CopyPair> writeAll(FileState state, long[] ids, long generation) throws IOException {
        List<CopyPair> written = new ArrayList<>();
        for (long id : ids) {
            CopyPair before = state.directory().entry(id);
            CopyPair pair = before.flippedTo(generation, before.sums());
            state.replayEntry(id, pair);
            written.add(pair);
        }
        return written;
    }

    private static JournalRecord record(long[] ids, List<CopyPair> pairs, long generation, FileCounts counts) {
        RecordBuilder record = new RecordBuilder(4096);
        for (int i = 0; i < ids.length; i++) {
            record.entry(ids[i], pairs.get(i));
        }
        return Objects.requireNonNull(JournalRecord.find(record.seal(generation, RecordLink.NONE, 7, counts), 0));
    }

    /** The mark of the checkpoint lies behind pages for all of them. */
    private static Adopted with(Adopted adopted, JournalRecord last, @Nullable JournalRecord rolledBack) {
        MetadataPage metadata = adopted.metadata();
        metadata.highWater(metadata.pageCount());
        return new Adopted(adopted.geometry(), adopted.slotIndex(), adopted.slot(), metadata, List.of(last),
                rolledBack, adopted.position(), last.generation(), adopted.keptPages(), null, false, false, List.of(),
                false,
                false,
                last.generation());
    }
}
