package io.mappedpages.internal.storage;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FaultyStorageProvider.Event;
import io.mappedpages.internal.storage.FaultyStorageProvider.Fault;

class ChunkedMappingTest {

    private static final int CHUNK = 64 * 1024;
    private static final int PAGE = 1024;

    @TempDir
    Path directory;

    private final FaultyStorageProvider provider = new FaultyStorageProvider(new FileStorageProvider());
    private PageStorage storage;
    private ChunkedMapping mapping;

    @BeforeEach
    void createFile() throws IOException {
        storage = provider.createTemporary(directory.resolve("pages"));
        mapping = new ChunkedMapping(storage, CHUNK);
    }

    @AfterEach
    void discardFile() {
        assertThat(mapping.close(Duration.ofSeconds(10))).isTrue();
        provider.discard(storage);
    }

    @Test
    void slicesTakenAtAnyTimeShowTheBytesOfTheFileAtTheirOffset() throws IOException {
        List<MemorySegment> kept = new ArrayList<>();
        for (int page = 0; page < 300; page++) {
            mapping.ensure((page + 1L) * PAGE);
            kept.add(mapping.slice((long) page * PAGE, PAGE));
            kept.get(page).set(JAVA_LONG, 8, page);
        }
        for (int page = 0; page < 300; page++) {
            assertThat(kept.get(page).get(JAVA_LONG, 8)).isEqualTo(page);
            assertThat(mapping.slice((long) page * PAGE, PAGE).get(JAVA_LONG, 8)).isEqualTo(page);
            kept.get(page).set(JAVA_BYTE, 0, (byte) page);
            byte[] read = new byte[1];
            storage.read((long) page * PAGE, read, 0, 1);
            assertThat(read[0]).isEqualTo((byte) page);
        }
    }

    /** Who has looked at it before finds that it is another one, also where it is mapped again at once. */
    @Test
    void whatIsMappedIsReadOnlyAndAnotherOneAsSoonAsAnythingIsUnmapped() throws IOException {
        mapping.ensure(3 * CHUNK);
        mapping.slice(2 * CHUNK, PAGE).fill((byte) 7);
        MappedChunks before = mapping.mapped();
        assertThat(before.chunk(CHUNK).byteSize()).as("one that nobody needed").isZero();
        assertThat(before.chunk(100L * CHUNK).byteSize()).as("one behind the end").isZero();
        MemorySegment chunk = before.chunk(2 * CHUNK + 5);
        assertThat(chunk.isReadOnly()).isTrue();
        assertThat(chunk.get(JAVA_BYTE, before.within(2 * CHUNK + 5))).isEqualTo((byte) 7);
        assertThat(mapping.mapped()).isSameAs(before);

        assertThat(mapping.unmap()).isTrue();

        assertThat(mapping.mapped()).isNotSameAs(before);
        mapping.slice(0, PAGE);
        MappedChunks after = mapping.mapped();
        assertThat(after).isNotSameAs(before);
        assertThat(after.chunk(2 * CHUNK).byteSize()).as("one that is not mapped again").isZero();
        assertThat(after.chunk(0).byteSize()).isPositive();
    }

    @Test
    void growingInSmallStepsMapsEachChunkAFewTimesOnly() throws IOException {
        for (int page = 0; page < 300; page++) {
            mapping.ensure((page + 1L) * PAGE);
            mapping.ensure(PAGE); // never less than before
        }
        assertThat(mapping.length()).isEqualTo(300L * PAGE);
        assertThat(maps()).extracting(Event::offset, Event::length).startsWith(pair(0, 4_096), pair(0, 8_192),
                pair(0, 16_384), pair(0, 32_768), pair(0, 65_536), pair(65_536, 4_096), pair(65_536, 8_192));
        assertThat(maps()).hasSize(5 * 4 + 5);
    }

    @Test
    void aChunkIsMappedWhenItIsFirstNeededAndNoLongerThanTheFile() throws IOException {
        storage.extend(0, 3 * CHUNK + 5_000, false);
        mapping.cover(3 * CHUNK + 5_000);
        assertThat(maps()).isEmpty();
        mapping.slice(CHUNK, PAGE).fill((byte) 1);
        mapping.slice(CHUNK - PAGE, PAGE);
        mapping.slice(3 * CHUNK, PAGE);
        mapping.slice(CHUNK + PAGE, PAGE);
        assertThat(maps()).extracting(Event::offset, Event::length).containsExactly(pair(CHUNK, CHUNK), pair(0, CHUNK),
                pair(3 * CHUNK, 5_000));
        assertThat(storage.length()).isEqualTo(3 * CHUNK + 5_000);
        assertThat(mapping.slice(CHUNK - PAGE, PAGE).mismatch(MemorySegment.ofArray(new byte[PAGE]))).isEqualTo(-1);
    }

    @Test
    void aChunkOfWhichMoreIsCoveredThanIsMappedIsMappedAgain() throws IOException {
        storage.extend(0, 5 * PAGE, false);
        mapping.cover(PAGE);
        MemorySegment before = mapping.slice(0, PAGE);
        mapping.cover(5 * PAGE);
        mapping.slice(4 * PAGE, PAGE).set(JAVA_LONG, 0, 4);
        mapping.slice(0, PAGE).set(JAVA_LONG, 0, 7);
        assertThat(before.get(JAVA_LONG, 0)).isEqualTo(7);
        assertThat(maps()).extracting(Event::offset, Event::length).containsExactly(pair(0, PAGE), pair(0, 5 * PAGE));
    }

    @Test
    void aLongStepMapsOnlyWhereItBegins() throws IOException {
        mapping.ensure(5 * CHUNK);
        assertThat(maps()).extracting(Event::offset, Event::length).containsExactly(pair(0, CHUNK));
        mapping.ensure(5 * CHUNK + PAGE);
        mapping.slice(4 * CHUNK, PAGE).set(JAVA_LONG, 0, 4);
        mapping.slice(5 * CHUNK, PAGE).set(JAVA_LONG, 0, 5);
        assertThat(maps()).extracting(Event::offset, Event::length).containsExactly(pair(0, CHUNK),
                pair(5 * CHUNK, 4_096), pair(4 * CHUNK, CHUNK));
        byte[] read = new byte[1];
        storage.read(4 * CHUNK, read, 0, 1);
        assertThat(read).containsExactly(4);
        storage.read(5 * CHUNK, read, 0, 1);
        assertThat(read).containsExactly(5);
    }

    @Test
    void aChunkThatManyThreadsNeedAtOnceIsMappedOnce() throws Exception {
        storage.extend(0, CHUNK, false);
        mapping.cover(CHUNK);
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
            List<Future<MemorySegment>> slices = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                long offset = (long) i * PAGE;
                slices.add(pool.submit(() -> {
                    start.await();
                    return mapping.slice(offset, PAGE);
                }));
            }
            start.countDown();
            for (Future<MemorySegment> slice : slices) {
                slice.get().set(JAVA_BYTE, 0, (byte) 1);
            }
        }
        assertThat(maps()).hasSize(1);
    }

    @Test
    void aChunkThatCannotBeMappedNowMayBeMappedLater() throws IOException {
        storage.extend(0, 2 * CHUNK, false);
        mapping.cover(2 * CHUNK);
        provider.failNext(Call.MAP, Fault.BEFORE);
        assertThatIOException().isThrownBy(() -> mapping.slice(CHUNK, PAGE));
        assertThat(mapping.slice(CHUNK, PAGE).get(JAVA_BYTE, 0)).isZero();
    }

    @Test
    void nothingPastTheEnsuredLengthAndNothingAcrossChunksIsSliced() throws IOException {
        mapping.ensure(CHUNK);
        mapping.ensure(CHUNK + 5 * PAGE);
        assertOutOfBounds(CHUNK + 5 * PAGE, PAGE); // mapped in fact, since mappings double, but not ensured
        assertOutOfBounds(CHUNK + 4 * PAGE + 1, PAGE);
        assertOutOfBounds(CHUNK - 1, 2);
        assertOutOfBounds(-1, 1);
        assertOutOfBounds(0, -1);
        assertOutOfBounds(Long.MAX_VALUE, 1);
        assertThat(mapping.slice(CHUNK + 4 * PAGE, PAGE).byteSize()).isEqualTo(PAGE);
    }

    @Test
    void aMappingThatFailsLeavesAllAsItWasAndMayBeTriedAgain() throws IOException {
        mapping.ensure(2_000);
        MemorySegment before = mapping.slice(0, PAGE);
        before.set(JAVA_BYTE, 0, (byte) 3);
        provider.failNext(Call.MAP, Fault.AFTER);
        assertThatIOException().isThrownBy(() -> mapping.ensure(2 * CHUNK));
        assertThat(mapping.length()).isEqualTo(2_000);
        assertThat(mapping.slice(0, PAGE).get(JAVA_BYTE, 0)).isEqualTo((byte) 3);
        mapping.ensure(2 * CHUNK);
        mapping.slice(CHUNK, PAGE).set(JAVA_BYTE, 0, (byte) 4);
        assertThat(before.get(JAVA_BYTE, 0)).isEqualTo((byte) 3);
    }

    @Test
    @Timeout(60)
    void readersSeeAGrowingFileWithoutWaiting() throws Exception {
        int pages = 4_000;
        mapping.ensure(PAGE);
        mapping.slice(0, PAGE).set(JAVA_LONG, 0, -1);
        try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
            List<Future<?>> readers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                readers.add(pool.submit(() -> {
                    for (long length = 0; length < (long) pages * PAGE;) {
                        length = mapping.length();
                        // The last page may not be written yet; all before it are.
                        long page = ThreadLocalRandom.current().nextLong(Math.max(1, length / PAGE - 1));
                        assertThat(mapping.slice(page * PAGE, PAGE).get(JAVA_LONG, 0)).isEqualTo(~page);
                    }
                    return null;
                }));
            }
            for (long page = 1; page < pages; page++) {
                mapping.ensure((page + 1) * PAGE);
                mapping.slice(page * PAGE, PAGE).set(JAVA_LONG, 0, ~page);
            }
            for (Future<?> reader : readers) {
                reader.get();
            }
        }
    }

    @Test
    void afterClosingSlicesAreDeadAndNothingIsMappedAnyMore() throws IOException {
        mapping.ensure(PAGE);
        MemorySegment slice = mapping.slice(0, PAGE);
        assertThat(mapping.close(Duration.ZERO)).isTrue();
        assertThat(mapping.close(Duration.ZERO)).isTrue();
        assertThatIllegalStateException().isThrownBy(() -> slice.get(JAVA_BYTE, 0));
        assertThatIllegalStateException().isThrownBy(() -> mapping.slice(0, PAGE).get(JAVA_BYTE, 0));
        assertThatIllegalStateException().isThrownBy(() -> mapping.ensure(10 * PAGE));
    }

    @Test
    @Timeout(60)
    void closingWaitsForIoOnASliceAsLongAsItHasPatience() throws Exception {
        mapping.ensure(CHUNK);
        Pipe pipe = Pipe.open();
        pipe.sink().configureBlocking(false);
        while (pipe.sink().write(ByteBuffer.allocate(4_096)) > 0) {
            // until it is full
        }
        pipe.sink().configureBlocking(true);
        ByteBuffer view = mapping.slice(0, CHUNK).asByteBuffer();
        try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
            Future<Integer> writing = pool.submit(() -> pipe.sink().write(view));
            boolean closed = true;
            while (closed && !writing.isDone()) { // the writer needs a moment to get into the operating system
                Thread.sleep(100);
                long begin = System.nanoTime();
                Thread.currentThread().interrupt();
                closed = mapping.close(Duration.ofMillis(50));
                assertThat(Thread.interrupted()).as("still interrupted").isTrue();
                assertThat(closed).as("closed under the writer's hands").isFalse();
                assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(50_000_000);
            }
            assertThat(mapping.slice(0, PAGE).get(JAVA_BYTE, 0)).isZero();

            Future<Boolean> closing = Executors.newVirtualThreadPerTaskExecutor()
                    .submit(() -> mapping.close(Duration.ofSeconds(30)));
            pipe.source().configureBlocking(false);
            while (!writing.isDone()) {
                pipe.source().read(ByteBuffer.allocate(CHUNK));
            }
            assertThat(closing.get()).isTrue();
        } finally {
            pipe.source().close();
            pipe.sink().close();
        }
    }

    @Test
    void theChunkSizeIsAPowerOfTwo() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ChunkedMapping(storage, 3 * 4_096));
        assertThatIllegalArgumentException().isThrownBy(() -> new ChunkedMapping(storage, 2_048));
        assertThatIllegalArgumentException().isThrownBy(() -> new ChunkedMapping(storage, 0));
    }

    private List<Event> maps() {
        return provider.events().stream().filter(event -> event.call() == Call.MAP).toList();
    }

    private void assertOutOfBounds(long offset, int length) {
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> mapping.slice(offset, length));
    }

    private static Tuple pair(long offset, long length) {
        return Tuple.tuple(offset, length);
    }
}
