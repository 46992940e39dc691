package io.mappedpages.internal.commit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

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

    @Test
    void whatOneOfThemIsFallenBackToIsNotWhereAnotherOneIsMoved() throws IOException {
        EngineConfig config = new EngineConfig(directory.resolve("pages"), 12, 1 << 20, Long.MAX_VALUE, 1 << 20, false,
                Duration.ZERO, false, true, 64 << 10, new AtomicLong()::incrementAndGet, EngineEvents.NONE, 1 << 20,
                new FileStorageProvider());
        Engine engine = Engine.create(config);
        long[] low = engine.alloc(1);
        long[] ids = engine.allocProtected(PAGES);
        engine.free(low); // the only free page in front of them
        engine.close();
        Path path = config.provider().resolve(config.path());
        try (PageStorage storage = config.provider().open(path, config.provider().lock(path))) {
            Adopted adopted = Recoverer.recover(storage, path, false);
            FileState state = new FileState(adopted.geometry(), adopted.metadata(),
                    page -> NodeReader.read(storage, adopted.geometry(), page), _ -> false, 100);
            Replay.onto(state, adopted);
            long generation = adopted.generation() + 1;
            List<CopyPair> written = writeAll(state, ids, generation);
            PageContents contents = new PageContents(adopted.geometry());
            Batch batch = new Batch(storage, adopted.geometry(), contents, generation + 1, null);

            new LastContents(storage, adopted.geometry(), state, contents,
                    with(adopted, record(ids, written, generation, state.counts(false)))).save(batch, Long.MAX_VALUE);

            List<Long> movedTo = batch.written().stream().map(ByteRange::offset).map(at -> at >> 12).toList();
            assertThat(movedTo).contains(low[0]).hasSize(PAGES).doesNotHaveDuplicates();
            for (CopyPair pair : written) {
                assertThat(movedTo).doesNotContain(pair.inactivePage(), pair.activePage());
            }
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
    private static Adopted with(Adopted adopted, JournalRecord last) {
        MetadataPage metadata = adopted.metadata();
        metadata.highWater(metadata.pageCount());
        return new Adopted(adopted.geometry(), adopted.slotIndex(), adopted.slot(), metadata, List.of(last),
                adopted.position(), last.generation(), adopted.keptPages(), null, false, List.of(), false, false,
                last.generation());
    }
}
