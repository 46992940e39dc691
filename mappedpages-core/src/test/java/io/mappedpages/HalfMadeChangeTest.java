package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.mappedpages.internal.format.FormatException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.SlotReading;
import io.mappedpages.internal.format.SuperblockSlot;

/** Failures in awkward moments, each of which once left something behind that it should not have. */
class HalfMadeChangeTest {

    @TempDir
    private Path directory;

    /**
     * Freeing a protected page changed the directory first and then found the map leaf damaged. The call failed, and the
     * next commit, of somebody else, made the half of it durable that was done.
     */
    @Test
    void aFreeThatMeetsADamagedLeafChangesNothing() throws Exception {
        Path path = directory.resolve("damaged.pages");
        ProtectedPageId id;
        try (Pager pager = Pager.builder(path).pageSizeLog2(10).commitMode(CommitMode.CHECKPOINT)
                .initialSize(8_000 * 1024).reserve(false).create()) {
            List<PageId> ids = pager.allocBulk(3_400); // more than the metadata page has states for
            id = pager.allocProtected();
            try (ProtectedPageWriter writer = pager.write(id)) {
                writer.bytes().set(ValueLayout.JAVA_BYTE, 0, (byte) 77);
                writer.commit();
            }
            pager.freeBulk(ids.subList(0, 2)); // so that the leaf is not of the newest generation, which opening checks
        }
        Geometry geometry = Geometry.ofLog2(10);
        long leaf = newestMetadata(path, geometry).mapRoot().activePage();
        flip(path, geometry.offsetOf(leaf) + 500);

        try (Pager pager = Pager.open(path)) {
            assertThatExceptionOfType(CorruptMetadataException.class).isThrownBy(() -> pager.freeProtected(id));
            assertThat(pager.state()).isEqualTo(PagerState.OPEN);
            pager.alloc();
            assertThat(pager.protectedPageCount()).isEqualTo(1);
            try (MappedPage page = pager.read(id)) {
                assertThat(page.bytes().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 77);
            }
        }
    }

    /** A generation that may have been lost may have used pages that the adopted one counts as never touched. */
    @Test
    void afterAPossibleLossANewPageStillReadsAsZeros() throws Exception {
        Path path = directory.resolve("lost.pages");
        try (Pager pager = Pager.builder(path).pageSizeLog2(12).initialSize(64 * 4096).create()) {
            pager.allocBulk(3);
            try (WritablePage page = pager.write(pager.alloc())) {
                page.bytes().fill((byte) 0x77);
                page.commit();
            }
        }
        byte[] head = Files.readAllBytes(path);
        int newest = slot(head, 0).generation() > slot(head, 1).generation() ? 0 : 1;
        flip(path, SuperblockSlot.offsetOf(newest) + 20);
        flip(path, (1L + slot(head, newest).activeMetadata()) * 4096 + 1000);

        try (Pager pager = Pager.open(path)) {
            assertThat(pager.recovery()).get().returns(RecoveryReport.Loss.POSSIBLE, RecoveryReport::loss);
            try (MappedPage page = pager.read(pager.alloc())) {
                assertThat(page.bytes().get(ValueLayout.JAVA_BYTE, 0)).isZero();
            }
        }
    }

    /**
     * While an I/O operation uses a buffer of a page, the file cannot be unmapped. Opening it anew then forgot which
     * pages were lent, gave one to a protected page, and a kept segment could overwrite that.
     */
    @Test
    void aFileThatCannotBeUnmappedIsNotOpenedAnew() throws Exception {
        Path path = directory.resolve("busy.pages");
        Pipe pipe = Pipe.open();
        try (Pager pager = Pager.builder(path).pageSizeLog2(20).borrowTimeout(Duration.ofMillis(200)).create()) {
            PageId id = pager.alloc();
            MappedPage lent = pager.read(id);
            Thread writing = Thread.ofPlatform().start(() -> {
                try {
                    pipe.sink().write(lent.byteBuffer()); // more than a pipe takes
                } catch (IOException e) {
                    // the pipe was closed, as it should be
                }
            });
            while (writing.getState() != Thread.State.RUNNABLE || !reachedThePipe(pipe)) {
                Thread.onSpinWait();
            }

            assertThatExceptionOfType(PagerIoException.class).isThrownBy(pager::reopen)
                    .withMessageContaining(path.getFileName().toString());
            assertThat(pager.state()).isEqualTo(PagerState.UNAVAILABLE);
            assertThatExceptionOfType(PagerLockedException.class).isThrownBy(() -> Pager.open(path));

            pipe.source().close();
            pipe.sink().close();
            writing.join();
            lent.close();
            pager.reopen();
            assertThat(pager.state()).isEqualTo(PagerState.OPEN);
            assertThat(pager.verify().findings()).isEmpty();
        }
    }

    private static boolean reachedThePipe(Pipe pipe) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        return pipe.source().read(one) == 1;
    }

    private static MetadataPage newestMetadata(Path path, Geometry geometry) throws IOException, FormatException {
        MetadataPage newest = null;
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            for (long page = 1; page <= 2; page++) {
                byte[] bytes = new byte[geometry.nodeSize()];
                file.seek(geometry.offsetOf(page));
                file.readFully(bytes);
                MetadataPage found = MetadataPage.decode(geometry, bytes);
                newest = newest == null || found.generation() > newest.generation() ? found : newest;
            }
        }
        return newest;
    }

    private static SuperblockSlot slot(byte[] head, int index) {
        return ((SlotReading.Valid) SuperblockSlot.decode(head, SuperblockSlot.offsetOf(index))).slot();
    }

    private static void flip(Path path, long offset) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(offset);
            int before = file.read();
            file.seek(offset);
            file.write(before ^ 0xff);
        }
    }
}
