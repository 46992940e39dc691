package io.mappedpages.internal.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.mappedpages.internal.borrow.PageBorrow;
import io.mappedpages.internal.engine.Engine;
import io.mappedpages.internal.engine.EngineConfig;
import io.mappedpages.internal.engine.EngineEvents;
import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.recovery.Verification;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.internal.storage.ImaginaryDisk;
import io.mappedpages.internal.storage.StorageProvider;

/**
 * The first and the last page of each height of the map tree, up to the last page of the format: in real files as far as
 * the file system goes, beyond that on a disk of the imagination.
 */
@Timeout(120)
class HighestPagesTest {

    /** Behind the first page of a height there must be room for the nodes; this is more than enough. */
    private static final int ROOM = 100;

    @TempDir
    Path directory;

    /** A height of the map tree of files of one page size. */
    private record Height(int log2, int height) {

        Geometry geometry() {
            return Geometry.ofLog2(log2);
        }

        long firstPage() {
            return height == 1 ? geometry().inlineStates() : endOf(height - 1);
        }

        long lastPage() {
            return Math.min(endOf(height), geometry().maxPages()) - 1;
        }

        private long endOf(int levels) {
            return geometry().inlineStates() + geometry().mapSpan(levels - 1);
        }

        @Override
        public String toString() {
            return "height " + height + " with pages of " + (1 << log2) + " bytes: pages " + firstPage() + " to "
                    + lastPage();
        }
    }

    static Stream<Height> heights() {
        return IntStream.of(10, 12).boxed().flatMap(log2 -> IntStream
                .rangeClosed(1, Geometry.ofLog2(log2).maxMapHeight()).mapToObj(height -> new Height(log2, height)));
    }

    @ParameterizedTest
    @MethodSource("heights")
    void endPagesOfAHeightCanBeUsedInARealFile(Height height) throws IOException {
        List<Long> beyond = new ArrayList<>();
        for (long page : List.of(height.firstPage(), height.lastPage())) {
            try {
                use(new FileStorageProvider(), height, page);
            } catch (FaultException e) {
                assertThat(e.fault()).isInstanceOf(Fault.Full.class);
                beyond.add(page);
            }
        }
        if (!beyond.isEmpty()) {
            abort("this file system has no file long enough for pages " + beyond);
        }
    }

    @ParameterizedTest
    @MethodSource("heights")
    void endPagesOfAHeightCanBeUsedOnAnImaginaryDisk(Height height) throws IOException {
        use(new ImaginaryDisk(), height, height.firstPage());
        use(new ImaginaryDisk(), height, height.lastPage());
    }

    private void use(StorageProvider disk, Height height, long page) throws IOException {
        long pages = Math.min(page + 1 + (page == height.lastPage() ? 0 : ROOM), height.geometry().maxPages());
        EngineConfig config = new EngineConfig(directory.resolve(height.height + "-" + page), height.log2,
                height.geometry().offsetOf(pages), Long.MAX_VALUE, 1 << 20, false, Duration.ofSeconds(1), false, false,
                -1, () -> 1, EngineEvents.NONE, 1 << 20, disk);
        allocate(config, page, pages);

        Engine engine = Engine.open(config);
        assertThat(engine.recovery()).isNull();
        assertThat(engine.pageCount()).isEqualTo(pages);
        assertThat(engine.nextAllocated(page)).isEqualTo(page);
        PageBorrow written = engine.write(page);
        engine.takeExclusive(written);
        assertThat(written.segment().get(ValueLayout.JAVA_LONG, 0)).isZero();
        written.segment().set(ValueLayout.JAVA_LONG, 0, ~page);
        engine.sync(written);
        written.release();
        engine.reopen();
        PageBorrow read = engine.read(page);
        engine.takeShared(read);
        assertThat(read.segment().get(ValueLayout.JAVA_LONG, 0)).isEqualTo(~page);
        read.release();
        Verification report = engine.verify();
        assertThat(report.findings()).isEmpty();
        assertThat(report.pages()).isEqualTo(pages);
        assertThat(report.freePages()).isEqualTo(engine.freePageCount());
        engine.free(new long[] {page});
        assertThat(engine.nextAllocated(page)).isEqualTo(-1);
        engine.close();
    }

    /** Allocates this page although lower ones are free, which nobody else can do. */
    private static void allocate(EngineConfig config, long page, long pages) throws IOException {
        try (LoneFile lone = LoneFile.create(config)) {
            if (page == pages - 1) {
                allocateFrom(lone, page - ROOM / 2); // there is no room for nodes behind it
            }
            assertThat(allocateFrom(lone, page)).isEqualTo(page);
            OpenFile file = lone.file();
            assertThat(file.state().map().tree().height()).isEqualTo(file.geometry().mapHeightFor(page + 1));
        }
    }

    private static long allocateFrom(LoneFile lone, long page) throws IOException {
        lone.file().state().map().lowestFree(page);
        Allocation allocation = new Allocation(lone.file(), 1, 0);
        assertThat(lone.commit(allocation)).isTrue();
        return allocation.dataPages()[0];
    }
}
