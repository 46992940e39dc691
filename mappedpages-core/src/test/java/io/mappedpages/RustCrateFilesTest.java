package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.zip.GZIPInputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.mappedpages.testing.PageFiles;

/** Files that the crate itself has written; see {@code rust-crate/README.md} for what is in them. */
class RustCrateFilesTest {

    private static final long[] REGULAR = {3, 8, 11, 14, 20, 23, 26, 29, 35, 38, 41, 44, 50, 53, 56, 59, 65, 68, 71, 74,
        80, 83, 86, 89};
    private static final long[] GUARDED = LongStream.range(0, 39).filter(id -> id % 7 != 4).toArray();
    private static final long[] FEW_REGULAR = {3, 8, 11, 17, 20, 23, 26};
    private static final long[] FEW_GUARDED = {1, 2, 3, 4, 5, 6};

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private Path unpacked(String name) throws IOException {
        Path path = files.directory().resolve(name);
        try (InputStream packed = Objects.requireNonNull(getClass().getResourceAsStream("/rust-crate/" + name + ".gz"));
                InputStream bytes = new GZIPInputStream(packed)) {
            Files.copy(bytes, path);
        }
        return path;
    }

    private static byte[] bytes(long number, int times, int step, int plus, int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (number * times + (long) i * step + plus);
        }
        return bytes;
    }

    private ImportReport assertImported(String name, int pageSize, long[] regular, long[] guarded) throws IOException {
        Path target = files.path();
        ImportReport report = Pager.importRust(unpacked(name), target);
        assertThat(report.findings()).isEmpty();
        try (Pager pager = Pager.open(target)) {
            assertThat(pager.pageSize()).isEqualTo(pageSize);
            assertThat(pager.allocatedPages().mapToLong(PageId::number).toArray()).isEqualTo(regular);
            assertThat(pager.allocatedProtectedPages().mapToLong(ProtectedPageId::number).toArray())
                    .isEqualTo(guarded);
            for (long number : regular) {
                try (MappedPage page = pager.read(new PageId(number))) {
                    assertThat(page.bytes().toArray(ValueLayout.JAVA_BYTE))
                            .isEqualTo(bytes(number, 7, 3, 1, pageSize));
                }
            }
            for (long number : guarded) {
                try (MappedPage page = pager.read(new ProtectedPageId(number))) {
                    assertThat(page.bytes().toArray(ValueLayout.JAVA_BYTE))
                            .isEqualTo(bytes(number, 11, 5, 2, pageSize));
                }
            }
            assertThat(pager.verify().findings()).isEmpty();
        }
        return report;
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.1.0", "0.2.0"})
    void everythingThatTheCrateHasWrittenIsThere(String version) throws IOException {
        ImportReport report = assertImported(version + "-1024.bin", 1024, REGULAR, GUARDED);

        assertThat(report.otherGeneration()).hasValue(report.generation() - 1);
    }

    @Test
    void pagesOfAnotherSizeAreThereToo() throws IOException {
        assertImported("0.2.0-4096.bin", 4096, FEW_REGULAR, FEW_GUARDED);
    }

    @Test
    void aFileThatWasOnlyCreatedIsImported() throws IOException {
        ImportReport report = assertImported("0.2.0-new.bin", 1024, new long[0], new long[0]);

        assertThat(report.generation()).isZero();
        assertThat(report.otherGeneration()).isEqualTo(OptionalLong.of(0));
    }
}
