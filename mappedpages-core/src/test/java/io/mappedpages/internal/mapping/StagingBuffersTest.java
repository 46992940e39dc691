package io.mappedpages.internal.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Buffers of pages that are being written: each is one writer's alone, and its memory goes in time. */
class StagingBuffersTest {

    private static final int LARGE = 1 << 20;
    private static final int SMALL = 1 << 12;
    /** Small ones that share an arena. */
    private static final int TOGETHER = 16;
    /** What shares an arena at most, in bytes. */
    private static final int MOST_TOGETHER = 1 << 20;

    private static boolean isUsable(StagingBuffers.Buffer buffer) {
        return buffer.segment().scope().isAlive();
    }

    @ParameterizedTest
    @ValueSource(ints = {1 << 10, SMALL, 1 << 16, LARGE})
    void aBufferIsAPageOfZerosWithAlignedAccess(int pageSize) {
        StagingBuffers buffers = new StagingBuffers(pageSize);
        for (int i = 0; i < 3; i++) {
            MemorySegment segment = buffers.take().segment();
            assertThat(segment.byteSize()).isEqualTo(pageSize);
            assertThat(segment.mismatch(MemorySegment.ofArray(new byte[pageSize]))).isEqualTo(-1);
            segment.set(ValueLayout.JAVA_LONG, 8, -1);
            assertThat(segment.asByteBuffer().get(8)).isEqualTo((byte) -1);
        }
        buffers.close();
    }

    @Test
    void theMemoryOfALargeBufferGoesWhenItIsGivenBack() {
        StagingBuffers buffers = new StagingBuffers(LARGE);
        StagingBuffers.Buffer kept = buffers.take();
        StagingBuffers.Buffer given = buffers.take();
        buffers.giveBack(given);
        buffers.giveBack(given);
        assertThat(isUsable(given)).isFalse();
        assertThat(isUsable(kept)).isTrue();
    }

    /** Who keeps a segment of a writer that is closed must not reach the bytes that another one is writing. */
    @Test
    void noMemoryIsUsedTwice() {
        StagingBuffers buffers = new StagingBuffers(SMALL);
        List<StagingBuffers.Buffer> closed = new ArrayList<>();
        for (int i = 0; i < 10 * TOGETHER; i++) {
            StagingBuffers.Buffer buffer = buffers.take();
            for (StagingBuffers.Buffer old : closed) {
                if (isUsable(old)) {
                    old.segment().fill((byte) 9);
                }
            }
            assertThat(buffer.segment().mismatch(MemorySegment.ofArray(new byte[SMALL]))).isEqualTo(-1);
            buffers.giveBack(buffer);
            closed.add(buffer);
        }
    }

    @Test
    void theMemoryOfSmallBuffersGoesTogether() {
        StagingBuffers buffers = new StagingBuffers(SMALL);
        List<StagingBuffers.Buffer> first = new ArrayList<>();
        for (int i = 0; i < TOGETHER; i++) {
            first.add(buffers.take());
        }
        StagingBuffers.Buffer next = buffers.take();
        first.subList(1, TOGETHER).forEach(buffers::giveBack);
        assertThat(first).allMatch(StagingBuffersTest::isUsable);
        buffers.giveBack(first.getFirst());
        assertThat(first).noneMatch(StagingBuffersTest::isUsable);
        assertThat(isUsable(next)).isTrue();
    }

    /** Each arena that is closed stops all threads for a moment. */
    @Test
    void theMoreAreInUseTheMoreShareTheirMemory() {
        StagingBuffers buffers = new StagingBuffers(SMALL);
        List<StagingBuffers.Buffer> many = new ArrayList<>();
        for (int i = 0; i < 100 * TOGETHER; i++) {
            many.add(buffers.take());
        }
        Map<MemorySegment.Scope, Long> sizes = many.stream()
                .collect(Collectors.groupingBy(buffer -> buffer.segment().scope(), Collectors.counting()));

        assertThat(sizes).hasSizeLessThan(20);
        assertThat(sizes.values()).allMatch(size -> size * SMALL <= MOST_TOGETHER);
        many.forEach(buffers::giveBack);
        assertThat(many.stream().filter(StagingBuffersTest::isUsable).count() * SMALL).isLessThan(MOST_TOGETHER);
    }

    @Test
    void closingEndsAllBuffersAlsoThoseInUse() {
        StagingBuffers buffers = new StagingBuffers(SMALL);
        StagingBuffers.Buffer used = buffers.take();
        buffers.close();
        assertThat(isUsable(used)).isFalse();
        assertThatIllegalStateException().isThrownBy(buffers::take);
        buffers.giveBack(used);
    }

    /** While an I/O operation uses a buffer its arena cannot be closed. That is made up for later. */
    @Test
    void aBufferThatAnOperationUsesGoesWithTheNext() throws Exception {
        StagingBuffers buffers = new StagingBuffers(LARGE);
        StagingBuffers.Buffer busy = buffers.take();
        StagingBuffers.Buffer next = buffers.take();
        Pipe pipe = Pipe.open();
        Thread writing = Thread.ofPlatform().start(() -> {
            try {
                pipe.sink().write(busy.segment().asByteBuffer()); // more than a pipe takes
            } catch (IOException e) {
                // the pipe was closed, as it should be
            }
        });
        assertThat(pipe.source().read(ByteBuffer.allocate(1))).isEqualTo(1); // it has begun

        buffers.giveBack(busy);
        assertThat(isUsable(busy)).isTrue();
        pipe.source().close();
        pipe.sink().close();
        writing.join();
        buffers.giveBack(next);

        assertThat(isUsable(busy)).isFalse();
        assertThat(isUsable(next)).isFalse();
    }
}
