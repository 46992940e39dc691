package io.mappedpages;

import static io.mappedpages.RustImports.assertSame;
import static io.mappedpages.RustImports.content;
import static io.mappedpages.RustImports.live;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RustCrateFile;

/** A file of the Rust crate that is damaged is refused where that could lose something, and imported whole where it could not. */
class RustImportDamageTest {

    private static final int PAGE = 1024;
    private static final int ENTRY_BYTES = 30;
    private static final int FIRST_ENTRY = 8;

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private final RustCrateFile file = new RustCrateFile(PAGE);
    private Path source;
    private Path target;

    @BeforeEach
    void aFile() {
        source = files.directory().resolve("of-the-crate");
        target = files.path();
        live(file, new Random(42), 40);
        for (int i = 0; i < 3; i++) {
            file.writeProtected(file.allocProtected(), content(new Random(i), PAGE));
        }
        long page = file.alloc();
        file.write(page, content(new Random(43), PAGE));
        assertThat(file.directoryBlocks()).isEqualTo(1);
        assertThat(file.guarded()).hasSizeGreaterThan(2);
    }

    private void importAs(byte[] bytes) {
        try {
            Files.write(source, bytes);
            Files.deleteIfExists(target);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        Pager.importRust(source, target);
    }

    private ImportReport importWithoutWhatIsDamaged() {
        file.save(source);
        return Pager.builder(target).acceptUnreadable(true).importRust(source);
    }

    private void assertRefused(Class<? extends MappedPageException> how, String... says) {
        assertRefused("the file", file.bytes(), how, says);
    }

    private void assertRefused(String what, byte[] bytes, Class<? extends MappedPageException> how, String... says) {
        assertThatThrownBy(() -> importAs(bytes)).as(what).isInstanceOf(how).hasMessageContainingAll(says);
        assertThat(names()).as(what).containsExactly(source.getFileName().toString());
    }

    /** But for the locks of files that were there before. */
    private List<String> names() {
        try (Stream<Path> entries = Files.list(files.directory())) {
            return entries.map(entry -> entry.getFileName().toString()).filter(name -> !name.endsWith(".lock"))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void assertHarmless(String what, byte[] bytes) {
        importAs(bytes);
        try (Pager pager = Pager.open(target)) {
            assertSame(pager, file);
        } catch (AssertionError e) {
            throw new AssertionError(what, e);
        }
    }

    /** A byte that is turned over, and one of which a bit is. */
    private interface Check {
        void check(String what, byte[] damaged);
    }

    private void damageEach(int from, int to, int step, Check check) {
        for (int at = from; at < to; at += step) {
            for (int mask : new int[] {0xff, 1 << at % Byte.SIZE}) {
                byte[] damaged = file.bytes().clone();
                damaged[at] ^= (byte) mask;
                check.check("byte " + at + " is " + damaged[at] + " and was " + file.bytes()[at], damaged);
            }
        }
    }

    private void damagePage(int page, int step, Check check) {
        damageEach(page * PAGE, page * PAGE + 64, 1, check);
        damageEach(page * PAGE + 64, (page + 1) * PAGE - 8, step, check);
        damageEach((page + 1) * PAGE - 8, (page + 1) * PAGE, 1, check);
    }

    @Test
    void damageOfTheSuperblockIsSeenWhereverItMatters() {
        damageEach(0, 4, 1, (what, bytes) -> assertRefused(what, bytes, CorruptSuperblockException.class, "page 0"));
        damageEach(4, 5, 1, (what, bytes) -> assertRefused(what, bytes, UnsupportedFormatException.class, "version"));
        damageEach(6, 8, 1, this::assertHarmless);
        damageEach(8, 12, 1,
                (what, bytes) -> assertRefused(what, bytes, MappedPageException.class, "No file was made"));
        damageEach(13, 20, 1, (what, bytes) -> assertRefused(what, bytes, CorruptSuperblockException.class, "page 0"));
        damageEach(20, PAGE, 7,
                (what, bytes) -> assertRefused(what, bytes, CorruptMetadataException.class, "the list in page 0"));
    }

    @Test
    void aNewerVersionIsRefusedAndAnOlderOneIsNot() {
        file.bytes()[5] = 3;
        assertRefused(UnsupportedFormatException.class, "version 0.3");
        for (byte minor = 0; minor <= 2; minor++) {
            file.bytes()[5] = minor;
            assertHarmless("version 0." + minor, file.bytes());
        }
    }

    /** The checksum in the superblock would not tell: it is the same number for both metadata pages. */
    @Test
    void aSuperblockThatNamesTheOtherMetadataPageIsBelievedAndTheReportTells() {
        file.bytes()[12] ^= 1;
        file.save(source);

        ImportReport report = Pager.importRust(source, target);

        assertThat(report.generation()).isEqualTo(file.generation() - 1);
        assertThat(report.otherGeneration()).hasValue(file.generation());
        assertThat(report.findings()).singleElement().asString().contains("was lost");
        file.bytes()[12] = 2;
        assertRefused(CorruptSuperblockException.class, "the active metadata page is 2");
    }

    @Test
    void damageOfTheMetadataPageThatCountsIsSeen() {
        int page = file.activeMetadata();
        damagePage(page, 11, (what, bytes) -> assertRefused(what, bytes, CorruptMetadataException.class,
                "page " + page + ", the metadata page that counts", "has generation " + (file.generation() - 1)));
    }

    @Test
    void damageOfTheOtherMetadataPageDoesNoHarmAndIsReported() {
        int page = 3 - file.activeMetadata();
        damagePage(page, 101, this::assertHarmless);
        file.bytes()[page * PAGE] ^= 1;
        importAs(file.bytes());
        file.save(source);

        ImportReport report = Pager.importRust(source, files.path());

        assertThat(report.otherGeneration()).isEmpty();
        assertThat(report.findings()).singleElement().asString().contains("Metadata page " + page, "CRC32");
    }

    @Test
    void damageOfTheDirectoryIsSeen() {
        int page = file.directoryPages(0)[0];
        damagePage(page, 11, (what, bytes) -> assertRefused(what, bytes, CorruptMetadataException.class,
                "page " + page, "directory", "has an older state"));
        damagePage(file.directoryPages(0)[1], 101, this::assertHarmless);
    }

    @Test
    void damageOfAProtectedPageIsSeen() {
        for (long id : file.guarded().keySet()) {
            int[] copies = file.copies(id);
            damageEach(copies[0] * PAGE, (copies[0] + 1) * PAGE, 61,
                    (what, bytes) -> assertRefused(what, bytes, CorruptPageException.class, "protected page " + id,
                            "page " + copies[0] + " of the file"));
            damageEach(copies[1] * PAGE, (copies[1] + 1) * PAGE, 211, this::assertHarmless);
        }
    }

    @Test
    void damageOfAFreePageDoesNoHarm() {
        List<Integer> free = new ArrayList<>();
        for (int page = 3; page < file.pages(); page++) {
            free.add(page);
        }
        file.regular().keySet().forEach(page -> free.remove((Integer) page.intValue()));
        file.guarded().keySet()
                .forEach(id -> Arrays.stream(file.copies(id)).forEach(page -> free.remove((Integer) page)));
        Arrays.stream(file.directoryPages(0)).forEach(page -> free.remove((Integer) page));
        assertThat(free).hasSize(file.freePages()).isNotEmpty();
        for (int page : free) {
            damageEach(page * PAGE, (page + 1) * PAGE, 301, this::assertHarmless);
        }
    }

    /** They have no checksum, in that file or in any. */
    @Test
    void aRegularPageIsTakenAsItIs() {
        long page = file.regular().firstKey();
        byte[] other = content(new Random(44), PAGE);
        file.write(page, other);

        assertHarmless("a regular page", file.bytes());
    }

    @Test
    void aFileThatWasCutOffIsRefused() {
        for (int length = 0; length < file.bytes().length; length += 997) {
            byte[] part = Arrays.copyOf(file.bytes(), length);
            assertRefused(length + " bytes", part, CorruptSuperblockException.class, "No file was made");
        }
        assertRefused("all but one", Arrays.copyOf(file.bytes(), file.bytes().length - 1),
                CorruptSuperblockException.class, "need " + file.bytes().length);
    }

    @Test
    void aMetadataPageThatIsOutOfDateIsRefusedAlthoughItsChecksumIsGood() {
        int page = file.activeMetadata();
        byte[] old = file.page(page);
        file.free(file.alloc());
        file.free(file.alloc());
        System.arraycopy(old, 0, file.bytes(), page * PAGE, PAGE);
        assertThat(file.activeMetadata()).isEqualTo(page);

        assertRefused(CorruptMetadataException.class, "page " + page, "out of date",
                "has generation " + (file.generation() - 1));
    }

    @Test
    void withoutTheMetadataPageThatCountsTheOneBeforeIsTakenIfThatIsAskedFor() {
        long last = file.alloc();
        file.bytes()[file.activeMetadata() * PAGE + 100] ^= 1;

        ImportReport report = importWithoutWhatIsDamaged();

        assertThat(report.generation()).isEqualTo(file.generation() - 1);
        assertThat(report.otherGeneration()).isEmpty();
        assertThat(report.findings()).singleElement().asString().contains("Metadata page " + file.activeMetadata(),
                "is lost");
        file.regular().remove(last);
        try (Pager pager = Pager.open(target)) {
            assertSame(pager, file);
        }
    }

    @Test
    void withoutThePageOfTheDirectoryThatCountsTheOneBeforeIsTakenIfThatIsAskedFor() {
        long id = file.guarded().firstKey();
        byte[] before = file.guarded().get(id);
        file.writeProtected(id, content(new Random(45), PAGE));
        int page = file.directoryPages(0)[0];
        file.bytes()[page * PAGE + 100] ^= 1;

        ImportReport report = importWithoutWhatIsDamaged();

        assertThat(report.findings()).singleElement().asString().contains("Page " + page + " of the directory",
                "is lost");
        file.guarded().put(id, before);
        try (Pager pager = Pager.open(target)) {
            assertSame(pager, file);
        }
    }

    @Test
    void whereBothCopiesAreDamagedNothingIsTaken() {
        for (int[] both : new int[][] {{1, 2}, file.directoryPages(0)}) {
            byte[] whole = file.bytes().clone();
            for (int page : both) {
                file.bytes()[page * PAGE + 100] ^= 1;
            }
            assertThatExceptionOfType(CorruptMetadataException.class)
                    .isThrownBy(this::importWithoutWhatIsDamaged)
                    .withMessageContaining("cannot be used").withMessageNotContaining("acceptUnreadable");
            System.arraycopy(whole, 0, file.bytes(), 0, whole.length);
        }
    }

    private ByteBuffer bytesOf(int page) {
        return ByteBuffer.wrap(file.bytes(), page * PAGE, PAGE).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** What is in it has a good checksum, and cannot be. */
    private void assertContradiction(int page, int at, byte[] bytes, Class<? extends MappedPageException> how,
            String... says) {
        byte[] whole = file.bytes().clone();
        bytesOf(page).put(at, bytes);
        file.reseal(page);
        assertRefused(how, says);
        System.arraycopy(whole, 0, file.bytes(), 0, whole.length);
    }

    private static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    }

    @Test
    void anEntryThatContradictsTheRestIsRefused() {
        long id = file.guarded().firstKey();
        int page = file.directoryPages(0)[0];
        int at = FIRST_ENTRY + (int) id * ENTRY_BYTES;
        int otherCopy = file.copies(file.guarded().lastKey())[0];
        int free = file.pages() - 1;
        String name = "the entry of protected page " + id;

        assertContradiction(page, at, new byte[] {2}, CorruptMetadataException.class, name, "begins with 2");
        assertContradiction(page, at + 17, new byte[] {2}, CorruptMetadataException.class, name, "active copy is 2");
        for (int field : new int[] {1, 9}) {
            for (long wrong : new long[] {0, 2, file.pages(), -1, 1L << 40}) {
                assertContradiction(page, at + field, number(wrong), CorruptMetadataException.class, name,
                        "page " + wrong, "is none of the");
            }
            assertContradiction(page, at + field, number(free), CorruptMetadataException.class, name,
                    "page " + free, "is free");
            assertContradiction(page, at + field, number(page), CorruptMetadataException.class, name,
                    "page " + page, "is named twice");
        }
        assertContradiction(page, at + 1, number(otherCopy), CorruptMetadataException.class,
                "the entry of protected page", "page " + otherCopy, "is named twice");
        assertContradiction(page, at + 9, number(bytesOf(page).getLong(at + 1)), CorruptMetadataException.class, name,
                "is named twice");
        assertContradiction(page, 0, new byte[] {32}, CorruptMetadataException.class, "page " + page, "33 entries");
    }

    @Test
    void aListOfTheDirectoryThatContradictsTheRestIsRefused() {
        int free = file.pages() - 1;
        assertContradiction(0, 24 + 16, new byte[] {2}, CorruptMetadataException.class, "the active copy of block 0");
        assertContradiction(0, 24, number(free), CorruptMetadataException.class, "block 0", "page " + free, "is free");
        assertContradiction(0, 24, number(file.pages()), CorruptMetadataException.class, "block 0", "is none of the");
        assertContradiction(0, 24, number(bytesOf(0).getLong(32)), CorruptMetadataException.class, "is named twice");
        assertContradiction(0, 20, new byte[] {59}, CorruptMetadataException.class, "it has 59 blocks");
        assertContradiction(0, 20, new byte[] {-1, -1, -1, -1}, CorruptMetadataException.class,
                "it has 4294967295 blocks");
    }

    @Test
    void metadataThatContradictThemselvesAreRefused() {
        int page = file.activeMetadata();
        long free = bytesOf(page).getLong(16);
        assertContradiction(page, 16, number(free + 1), CorruptMetadataException.class,
                "it counts " + (free + 1) + " free pages, and " + free + " are");
        assertContradiction(page, 24, new byte[] {-2}, CorruptMetadataException.class, "the reserved pages are free");
        for (long pages : new long[] {0, 3, -1, 7969, 1L << 40}) {
            assertContradiction(page, 0, number(pages), CorruptMetadataException.class,
                    "it speaks of " + pages + " pages");
        }
        assertContradiction(page, 0, number(2L * file.pages()), MappedPageException.class, "No file was made");
        assertContradiction(page, 8, number(-1), CorruptMetadataException.class, "its generation is -1");
        assertContradiction(page, 0, number(file.pages() / 2), MappedPageException.class, "No file was made");
    }
}
