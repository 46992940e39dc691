package io.mappedpages.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.mappedpages.comparison.measure.Results;
import io.mappedpages.comparison.measure.Run;
import io.mappedpages.comparison.report.ComparisonReport;

class RunTest {

    @Test
    void aRunMeasuresWhatWasAskedForDeletesItsFilesAndCanBeReported(@TempDir Path directory) throws Exception {
        Path files = directory.resolve("files");
        Path json = directory.resolve("results.json");
        Options options = Options.of("--directory", files.toString(), "--output", json.toString(), "--rounds", "2",
                "--stores", "mappedpages,raw", "--workloads", "update,copy", "--callers", "1,v3", "--count", "64",
                "--seconds", "0.02");
        ByteArrayOutputStream progress = new ByteArrayOutputStream();

        new Run(options.settings(), options.output(), new PrintStream(progress)).run();

        Results results = Results.read(json);
        assertThat(results.measurements()).allSatisfy(one -> assertThat(one.failure()).isEmpty());
        assertThat(results.measurements()).filteredOn(one -> one.workload().equals("update"))
                .extracting(one -> one.round() + " " + one.store() + " " + one.callers())
                .containsExactly("1 mappedpages 1", "1 mappedpages v3", "1 raw 1", "1 raw v3",
                        "2 raw 1", "2 raw v3", "2 mappedpages 1", "2 mappedpages v3");
        assertThat(results.versions()).containsKeys("lmdb", "mapdb").allSatisfy(
                (store, version) -> assertThat(version).matches(".*\\d.*").doesNotContain("$"));
        assertThat(progress.toString()).contains("round 2, copy, raw").doesNotContain("FAILED");
        assertThat(files).isEmptyDirectory();

        Path page = Files.writeString(directory.resolve("benchmarks.md"),
                "before\n<!-- comparison: written by ComparisonReport -->\nstale figures\n<!-- end of comparison -->\nafter\n");
        ComparisonReport.main(new String[] {directory.toString(), json.toString()});
        assertThat(page).content().startsWith("before\n").endsWith("after\n").doesNotContain("stale")
                .contains("Durable updates a second", "mappedpages, protected pages");
        assertThat(directory.resolve("comparison-update.svg")).content().contains("<svg", "raw file");
    }
}
