package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagerBuilderTest {

    @TempDir
    private Path directory;

    private PagerBuilder builder() {
        return Pager.builder(directory.resolve("data.pages"));
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 9, 31, 4096, Integer.MAX_VALUE})
    void anImpossiblePageSizeIsRefusedBeforeAFileIsMade(int log2) {
        assertThatExceptionOfType(InvalidPageSizeException.class).isThrownBy(() -> builder().pageSizeLog2(log2))
                .withMessageContaining(Integer.toString(log2)).returns(log2, e -> e.requestedLog2());
        assertThatExceptionOfType(InvalidPageSizeException.class)
                .isThrownBy(() -> Pager.create(directory.resolve("data.pages"), log2));
        assertThat(directory).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 12, 30})
    void aPossiblePageSizeIsAccepted(int log2) {
        PagerBuilder builder = builder();

        assertThat(builder.pageSizeLog2(log2)).isSameAs(builder);
    }

    @Test
    void aBadSizeOrTimeoutIsRefusedWithTheValueInTheMessage() {
        assertThatIllegalArgumentException().isThrownBy(() -> builder().initialSize(-1))
                .withMessageContainingAll("initialSize", "-1");
        assertThatIllegalArgumentException().isThrownBy(() -> builder().maxSize(0)).withMessageContainingAll("maxSize",
                "not 0");
        assertThatIllegalArgumentException().isThrownBy(() -> builder().growthStep(-5))
                .withMessageContainingAll("growthStep", "-5");
        assertThatIllegalArgumentException().isThrownBy(() -> builder().borrowTimeout(Duration.ofMillis(-3)))
                .withMessageContainingAll("borrowTimeout", "PT-0.003S");
        assertThatIllegalArgumentException().isThrownBy(() -> builder().overdueBorrow(Duration.ofMillis(-3)))
                .withMessageContainingAll("overdueBorrow", "PT-0.003S");
    }

    @Test
    void theSmallestValuesAreAccepted() {
        PagerBuilder builder = builder();

        assertThat(builder.initialSize(0).maxSize(1).growthStep(1).borrowTimeout(Duration.ZERO)
                .overdueBorrow(Duration.ZERO)).isSameAs(builder);
    }

    @Test
    void anInitialSizeAboveTheMaximumIsRefusedBeforeAFileIsMade() {
        PagerBuilder builder = builder().initialSize(8192).maxSize(4096);

        assertThatIllegalArgumentException().isThrownBy(builder::create).withMessageContainingAll("8192", "4096");
        assertThatIllegalArgumentException().isThrownBy(builder::open).withMessageContainingAll("8192", "4096");
        assertThatIllegalArgumentException().isThrownBy(builder::openOrCreate).withMessageContainingAll("8192", "4096");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void withoutAPageSizeANewFileHas4KiBAndAnExistingOneKeepsItsOwn() {
        try (Pager pager = builder().openOrCreate()) {
            assertThat(pager.pageSize()).isEqualTo(4096);
        }
        Path other = directory.resolve("other.pages");
        Pager.create(other, 13).close();

        try (Pager pager = Pager.builder(other).openOrCreate()) {
            assertThat(pager.pageSize()).isEqualTo(8192);
        }
        try (Pager pager = Pager.open(other)) {
            assertThat(pager.pageSize()).isEqualTo(8192);
        }
    }

    @Test
    void anotherPageSizeThanTheFilesIsRefusedAndNamedTogetherWithTheFiles() {
        Pager.create(directory.resolve("data.pages"), 13).close();

        for (ThrowingCallable opening : List.<ThrowingCallable>of(builder().pageSizeLog2(12)::open,
                builder().pageSizeLog2(12)::openOrCreate)) {
            assertThatExceptionOfType(InvalidPageSizeException.class).isThrownBy(opening)
                    .withMessageContainingAll("4096", "8192").returns(12, InvalidPageSizeException::requestedLog2)
                    .returns(OptionalInt.of(13), InvalidPageSizeException::fileLog2);
        }
    }

    @Test
    @SuppressWarnings("NullAway")
    void nullIsRefusedAtOnce() {
        assertThatNullPointerException().isThrownBy(() -> Pager.builder(null));
        assertThatNullPointerException().isThrownBy(() -> builder().listener(null));
        assertThatNullPointerException().isThrownBy(() -> builder().borrowTimeout(null));
        assertThatNullPointerException().isThrownBy(() -> builder().overdueBorrow(null));
    }
}
