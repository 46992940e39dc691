package io.mappedpages.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {

    private static final String FREE = """
            [{"jmhVersion": "1.37", "benchmark": "io.mappedpages.benchmarks.DurableBenchmark.free", "forks": 2,
              "params": {"mode": "JOURNAL", "size": "64"},
              "primaryMetric": {"score": 3.0, "scoreError": "NaN", "rawData": [[1.0, 9.0], [2]]},
              "secondaryMetrics": {"rawNanos": {"score": 4.0, "rawData": [[4.0, 3.0], [8.0]]}}}]
            """;

    @TempDir
    private Path directory;

    @Test
    void aRunIsCalledByItsBenchmarkAndItsParametersAndHasTheMedianOverAllForks() throws Exception {
        Results results = new Results(List.of(file("one.json", FREE)));

        assertThat(results.has("Durable.free(JOURNAL,64)/time")).isTrue();
        assertThat(results.of("Durable.free(JOURNAL,64)/time")).isEqualTo(2);
    }

    @Test
    void aRatioIsTakenWithinAnIteration() throws Exception {
        Results results = new Results(List.of(file("one.json", FREE)));

        assertThat(results.ratio("Durable.free(JOURNAL,64)/time", "Durable.free(JOURNAL,64)/rawNanos")).isEqualTo(0.25);
    }

    @Test
    void aRunWithoutParametersOrFurtherMetricsIsCalledByItsBenchmarkAlone() throws Exception {
        Results results = new Results(List.of(file("one.json", """
                [{"benchmark": "io.mappedpages.benchmarks.OpenBenchmark.open", "primaryMetric": {"rawData": [[5, 7]]}}]
                """)));

        assertThat(results.of("Open.open/time")).isEqualTo(6);
    }

    @Test
    void whatALaterFileHasTooReplacesTheEarlier() throws Exception {
        Path later = file("later.json", FREE.replace("[[1.0, 9.0], [2]]", "[[70]]"));

        assertThat(new Results(List.of(file("one.json", FREE), later)).of("Durable.free(JOURNAL,64)/time"))
                .isEqualTo(70);
    }

    @Test
    void whatWasNotMeasuredIsNamed() throws Exception {
        Results results = new Results(List.of(file("one.json", FREE)));

        assertThat(results.has("Bulk.free/time")).isFalse();
        assertThatThrownBy(() -> results.of("Bulk.free/time")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Bulk.free/time");
    }

    private Path file(String name, String json) throws IOException {
        return Files.writeString(directory.resolve(name), json);
    }
}
