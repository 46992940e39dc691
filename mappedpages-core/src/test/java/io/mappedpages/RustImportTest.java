package io.mappedpages;

import static io.mappedpages.RustImports.assertSame;
import static io.mappedpages.RustImports.content;
import static io.mappedpages.RustImports.live;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.internal.storage.StorageProvider;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RustCrateFile;
import io.mappedpages.testing.Seed;
import io.mappedpages.testing.Untouched;

/** Files of the Rust crate become page files with the same pages. */
class RustImportTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private Path source;
    private Path target;

    @BeforeEach
    void paths() throws IOException {
        source = Files.createDirectory(files.directory().resolve("crate")).resolve("data.bin");
        target = files.path();
    }

    private ImportReport importAll(RustCrateFile file) {
        file.save(source);
        Untouched before = Untouched.since(source.getParent());
        ImportReport report = Pager.importRust(source, target);
        before.check();
        assertThat(report.regularPages()).isEqualTo(file.regular().size());
        assertThat(report.protectedPages()).isEqualTo(file.guarded().size());
        try (Pager pager = Pager.open(target)) {
            assertThat(pager.recovery()).isEmpty();
            assertThat(pager.pageCount()).isEqualTo(report.pages());
            assertSame(pager, file);
        }
        return report;
    }

    /** Does with the new file what one does with files. */
    private void useAll(Random random) {
        try (Pager pager = Pager.open(target)) {
            for (ProtectedPageId id : pager.allocatedProtectedPages().toList()) {
                Pages.fill(pager, id, random.nextInt());
            }
            for (int i = 0; i < 40; i++) {
                Pages.assertFilled(pager, pager.alloc(), 0);
                Pages.fill(pager, pager.allocProtected(), i);
            }
            pager.allocatedPages().skip(3).limit(5).toList().forEach(pager::free);
            pager.allocatedProtectedPages().skip(3).limit(5).toList().forEach(pager::freeProtected);
            assertThat(pager.verify().findings()).isEmpty();
        }
    }

    @Test
    void aNewFileBecomesANewFile() {
        ImportReport report = importAll(new RustCrateFile(4096));

        assertThat(report).isEqualTo(new ImportReport(4, 0, 0, 0, OptionalLong.of(0), List.of()));
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 11, 12, 13, 14, 15, 16})
    void everyPageKeepsItsNumberAndItsContent(int log2) {
        long seed = Seed.next();
        Seed.named(seed, () -> {
            Random random = new Random(seed);
            RustCrateFile file = new RustCrateFile(1 << log2, random.nextInt(3));
            live(file, random, 1 + random.nextInt(200));

            ImportReport report = importAll(file);

            assertThat(report.generation()).isEqualTo(file.generation());
            assertThat(report.findings()).isEmpty();
            useAll(random);
        });
    }

    @Test
    void aFullFileOfRegularPagesGetsRoomForWhatIsNeededBesides() {
        RustCrateFile file = new RustCrateFile(1024);
        Random random = new Random(7);
        for (int i = 0; i < 4093; i++) { // more than there are states in the metadata page, so that a tree is needed
            file.write(file.alloc(), content(random, 1024));
        }
        assertThat(file.freePages()).isZero();

        ImportReport report = importAll(file);

        assertThat(report.pages()).isGreaterThan(4096);
        useAll(random);
    }

    @Test
    void aDirectoryThatIsFullBecomesATree() {
        RustCrateFile file = new RustCrateFile(1024);
        Random random = new Random(8);
        for (int i = 0; i < 58 * 33; i++) {
            file.writeProtected(file.allocProtected(), content(random, 1024));
        }
        while (file.freePages() > 0) {
            file.write(file.alloc(), content(random, 1024));
        }

        importAll(file);
        useAll(random);
    }

    @Test
    void aProtectedPageWithAHighNumberIsAloneInItsTree() {
        RustCrateFile file = new RustCrateFile(1024);
        Random random = new Random(9);
        for (int i = 0; i < 40 * 33; i++) {
            file.allocProtected();
        }
        for (long id = 0; id < 40 * 33 - 1; id++) {
            file.freeProtected(id);
        }
        file.writeProtected(40 * 33 - 1, content(random, 1024));

        importAll(file);
        useAll(random);
    }

    @Test
    void aFileOfTheFirstVersionsWithoutADirectoryListIsImported() {
        RustCrateFile file = new RustCrateFile(1024, 1);
        file.write(file.alloc(), content(new Random(1), 1024));
        Arrays.fill(file.bytes(), 20, 1024, (byte) 0);

        importAll(file);
    }

    @Test
    void aFileThatIsLongerThanItsPagesIsImported() throws IOException {
        RustCrateFile file = new RustCrateFile(1024);
        live(file, new Random(2), 20);
        file.save(source);
        Files.write(source, new byte[5000], StandardOpenOption.APPEND);

        Pager.importRust(source, target);

        try (Pager pager = Pager.open(target)) {
            assertSame(pager, file);
        }
    }

    @Test
    void aCommitThatWasCutOffIsNotThereAndTheReportTellsOfIt() {
        RustCrateFile file = new RustCrateFile(1024);
        live(file, new Random(3), 30);
        file.beginAlloc();

        ImportReport report = importAll(file);

        assertThat(report.generation()).isEqualTo(file.generation());
        assertThat(report.otherGeneration()).hasValue(file.generation() + 1);
        assertThat(report.findings()).singleElement().asString().contains("one generation newer");
    }

    @Test
    void pagesThatAreLostToTheCrateAreRegularPages() {
        RustCrateFile file = new RustCrateFile(1024);
        file.allocProtected();
        file.beginAllocProtected();

        assertThat(importAll(file).regularPages()).isEqualTo(2);
    }

    @Test
    void theOptionsOfANewFileCount() {
        RustCrateFile file = new RustCrateFile(1024);
        live(file, new Random(4), 30);
        file.save(source);

        Pager.builder(target).initialSize(1 << 20).journalSize(64 << 10).reserve(false).importRust(source);

        try (Pager pager = Pager.open(target)) {
            assertThat(pager.pageCount()).isEqualTo(1024);
            assertThat(pager.pageMap(0).anyMatch(range -> range.use() == PageUse.JOURNAL)).isTrue();
            assertSame(pager, file);
        }
    }

    @Test
    void aFileThatIsThereIsNotReplaced() {
        new RustCrateFile(1024).save(source);
        Pager.create(target, 12).close();
        Untouched before = Untouched.since(target.getParent());

        assertThatExceptionOfType(PagerIoException.class).isThrownBy(() -> Pager.importRust(source, target))
                .withMessageContaining("there is a file already");
        assertThatExceptionOfType(PagerIoException.class).isThrownBy(() -> Pager.importRust(source, source));

        before.check();
    }

    @Test
    void aTargetThatSomebodyIsMakingIsRefused() {
        new RustCrateFile(1024).save(source);
        Pager pager = Pager.create(target, 12);
        try {
            Files.delete(target);
            assertThatExceptionOfType(PagerLockedException.class).isThrownBy(() -> Pager.importRust(source, target));
        } catch (IOException e) {
            throw new AssertionError(e);
        } finally {
            assertThatExceptionOfType(PagerIoException.class).isThrownBy(pager::close);
        }
    }

    @Test
    void aSourceThatIsNotThereOrAnotherKindOfFileIsRefused() throws IOException {
        assertThatExceptionOfType(PagerIoException.class).isThrownBy(() -> Pager.importRust(source, target))
                .withMessageContaining("no such file");
        Files.writeString(source, "");
        assertThatExceptionOfType(CorruptSuperblockException.class).isThrownBy(() -> Pager.importRust(source, target))
                .withMessageContaining("the file is empty");
        Files.writeString(source, "a shopping list".repeat(500));
        assertThatExceptionOfType(CorruptSuperblockException.class).isThrownBy(() -> Pager.importRust(source, target))
                .withMessageContaining("MPPG");
        assertThat(target).doesNotExist();
    }

    @Test
    void aFileOfThisLibraryIsRefusedWithTheAdviceToOpenIt() {
        Path own = files.path();
        Pager.create(own, 12).close();

        assertThatExceptionOfType(UnsupportedFormatException.class).isThrownBy(() -> Pager.importRust(own, target))
                .withMessageContaining("this library's own");
    }

    @Test
    void aPageSizeThatIsAskedForMustBeTheOneThereIs() {
        new RustCrateFile(1024).save(source);

        assertThatExceptionOfType(InvalidPageSizeException.class)
                .isThrownBy(() -> Pager.builder(target).pageSizeLog2(12).importRust(source));
        assertThat(target).doesNotExist();
    }

    @Test
    void aTargetThatWouldBeLongerThanItMayBeIsRefused() {
        RustCrateFile file = new RustCrateFile(1024);
        live(file, new Random(5), 50);
        file.save(source);

        assertThatExceptionOfType(PagerFullException.class)
                .isThrownBy(() -> Pager.builder(target).maxSize(8 << 10).importRust(source));
        assertThat(target).doesNotExist();
    }

    @Test
    void aSourceThatIsWrittenToMeanwhileIsRefused() {
        RustCrateFile file = new RustCrateFile(1024);
        live(file, new Random(6), 50);
        file.save(source);
        StorageProvider disk = new FileStorageProvider();
        StorageProvider busy = (StorageProvider) Proxy.newProxyInstance(getClass().getClassLoader(),
                new Class<?>[] {StorageProvider.class}, (_, method, arguments) -> {
                    if (method.getName().equals("createTemporary")) { // all that says where something is has been read
                        file.alloc();
                        file.save(source);
                    }
                    return method.invoke(disk, arguments);
                });

        assertThatExceptionOfType(PagerIoException.class)
                .isThrownBy(() -> Pager.builder(target).storage(busy).importRust(source))
                .withMessageContaining("written to while it was read");
        assertThat(target).doesNotExist();
    }
}
