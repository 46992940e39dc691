package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FaultyStorageProvider.Fault;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.internal.storage.PageStorage;
import io.mappedpages.testing.ChildJvm;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;

/**
 * Trimming cut the file under the segments that somebody kept of its last pages: touching one was an {@link InternalError}
 * that came at any time, outside of every {@code try}, and a checksum over one ended the process. The file gets shorter
 * when it is closed, after it was unmapped.
 */
class TrimmedPagesTest {

    private static final int PAGES = 500;

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    /** Writes to many pages and frees them. {@return their segments} */
    private static List<MemorySegment> useAndFree(Pager pager) {
        List<PageId> pages = pager.allocBulk(PAGES);
        List<MemorySegment> kept = new ArrayList<>();
        for (PageId id : pages) {
            try (WritablePage page = pager.write(id)) {
                page.bytes().fill((byte) 1);
                kept.add(page.bytes());
            }
        }
        pager.freeBulk(pages);
        return kept;
    }

    private static void touch(List<MemorySegment> segments) {
        segments.forEach(segment -> {
            segment.fill((byte) 2);
            assertThat(segment.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 2);
        });
    }

    private static long sum(List<MemorySegment> segments) {
        CRC32 crc = new CRC32();
        segments.forEach(segment -> crc.update(segment.asByteBuffer()));
        return crc.getValue();
    }

    /** In a process of its own, for it would be the end of it. */
    public static void main(String[] arguments) {
        try (Pager pager = Pager.builder(Path.of(arguments[0])).pageSizeLog2(12).growthStep(1 << 20).create()) {
            PageId used = filled(pager, 7);
            List<MemorySegment> kept = useAndFree(pager);
            System.out.println("trimmed " + (pager.trim() >= PAGES));
            touch(kept);
            List<PageId> again = pager.allocBulk(PAGES);
            touch(kept);
            pager.freeBulk(again);
            pager.trim();
            long sum = sum(kept);
            touch(kept);
            assertFilled(pager, used, 7);
            System.out.println("summed and touched " + (sum(kept) != 0 || sum != 0));
        }
    }

    @Test
    void aSegmentOfAPageThatIsGoneCanBeTouchedAndSummedUntilTheFileIsClosed() {
        try (ChildJvm child = ChildJvm.start(TrimmedPagesTest.class, files.path())) {
            assertThat(child.readToEnd()).containsExactly("trimmed true", "summed and touched true", "exit 0");
        }
    }

    @Test
    void theFileGetsShorterWhenItIsClosed() {
        Pager pager = files.create(12);
        PageId used = filled(pager, 7);
        List<MemorySegment> kept = useAndFree(pager);
        long length = new RawPageFile(pager.path()).length();
        pager.trim();
        assertThat(new RawPageFile(pager.path()).length()).isEqualTo(length);

        pager.close();

        assertThat(new RawPageFile(pager.path()).length()).isEqualTo((used.number() + 1) << 12);
        kept.forEach(segment -> assertThatIllegalStateException().isThrownBy(() -> segment.fill((byte) 3)));
    }

    @Test
    void theSpaceIsFreeAtOnceWhereHolesCanBePunched() throws IOException {
        assumeThat(canPunchHoles()).as("holes can be punched here").isTrue();
        Pager pager = files.create(12);
        PageId used = filled(pager, 7);
        useAndFree(pager);
        pager.sync();
        long before = blocks(pager.path());

        pager.trim();

        assertThat(blocks(pager.path())).isLessThan(before / 4);
        assertFilled(pager, used, 7);
        List<PageId> again = pager.allocBulk(PAGES);
        assertThat(blocks(pager.path())).as("space is reserved for pages that come back")
                .isGreaterThanOrEqualTo(PAGES * 8L);
        again.forEach(id -> assertFilled(pager, id, 0));
    }

    private boolean canPunchHoles() throws IOException {
        FileStorageProvider provider = new FileStorageProvider();
        PageStorage probe = provider.createTemporary(files.directory().resolve("probe"));
        try {
            probe.write(0, new byte[1 << 16], 0, 1 << 16);
            return probe.punchHole(new ByteRange(0, 1 << 15));
        } finally {
            provider.discard(probe);
        }
    }

    /** How many blocks of 512 bytes are behind a file. */
    private static long blocks(Path path) throws IOException {
        Process stat = new ProcessBuilder("stat", "-c", "%b", path.toString()).start();
        try (BufferedReader output = stat.inputReader()) {
            return Long.parseLong(output.readLine());
        }
    }

    @Test
    void aGrowthThatFailsAfterwardsDoesNotCutTheFileEither() {
        FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());
        Pager pager = files.add(files.builder(12).storage(storage).create());
        filled(pager, 7);
        List<MemorySegment> kept = useAndFree(pager);
        pager.trim();
        storage.failNth(Call.EXTEND, 1, Fault.OUT_OF_SPACE);
        storage.failNth(Call.EXTEND, 2, Fault.OUT_OF_SPACE);

        assertThatExceptionOfType(PagerFullException.class).isThrownBy(() -> pager.allocBulk(10));

        assertThat(new RawPageFile(pager.path()).length()).isGreaterThanOrEqualTo((long) PAGES << 12);
        touch(kept);
        assertThat(pager.allocBulk(10)).allSatisfy(id -> assertFilled(pager, id, 0));
    }

    /** Old contents lie where the file grows again, and somebody stores into them still. */
    @Test
    void pagesThatComeBackReadAsZeros() {
        Pager pager = files.create(10);
        filled(pager, 7);
        List<MemorySegment> kept = useAndFree(pager);
        for (int i = 0; i < 3; i++) {
            pager.trim();
            touch(kept);
            List<PageId> again = pager.allocBulk(PAGES + 100);
            again.forEach(id -> assertFilled(pager, id, 0));
            pager.freeBulk(again);
        }
        assertThat(pager.verify().findings()).isEmpty();
    }

    /** What was lent before it was given back is not used for what is protected when it has come back. */
    @Test
    void pagesThatComeBackAreStillRememberedAsLent() {
        Pager pager = files.create(10);
        PageId used = filled(pager, 7);
        List<MemorySegment> kept = useAndFree(pager);
        try (MappedPage borrowed = pager.read(used)) {
            pager.trim();
            List<ProtectedPageId> ids = pager.allocProtectedBulk(100);
            ids.forEach(id -> Pages.fill(pager, id, 9));
            touch(kept);
            ids.forEach(id -> assertFilled(pager, id, 9));
            assertThat(pager.verify().findings()).isEmpty();
            assertFilled(borrowed.bytes(), 7);
        }
    }
}
