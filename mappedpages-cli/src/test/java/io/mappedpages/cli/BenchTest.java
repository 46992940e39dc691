package io.mappedpages.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code mappedpages bench}. How fast a disk is, is nothing that a test could expect. */
class BenchTest {

    private static final Path MEMORY = Path.of("/dev/shm");

    @TempDir
    private Path directory;

    @Test
    void itMeasuresAndLeavesNothingBehind() {
        Cli bench = Cli.run("bench", directory, "--seconds", 0.05, "--size", 2, "--json");

        assertThat(bench.status()).as(bench.err()).isIn(ExitCodes.FINE, ExitCodes.FOUND);
        JsonNode report = bench.json();
        for (String measured : new String[] {"onePage", "sixteenPages", "wholeFile"}) {
            JsonNode summary = report.at("/" + measured);
            assertThat(summary.at("/count").asInt()).as(measured).isPositive();
            assertThat(summary.at("/p50").asLong()).as(measured).isPositive()
                    .isLessThanOrEqualTo(summary.at("/p99").asLong());
            assertThat(summary.at("/p99").asLong()).as(measured).isLessThanOrEqualTo(summary.at("/max").asLong());
        }
        assertThat(report.at("/ranges/otherBytes").asLong()).isEqualTo(1 << 20);
        assertThat(report.at("/folios/changedBytes").asLong()).isEqualTo(8 * 4096);
        assertThat(report.at("/problems").isEmpty()).isEqualTo(bench.status() == ExitCodes.FINE);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void forPeopleItHasATableAndAVerdict() {
        Cli bench = Cli.run("bench", directory, "--seconds", 0.05, "--size", 2);

        assertThat(bench.out())
                .contains("a second", "p99", "one page", "16 pages, one sync for all", "a sync of one page",
                        "4 KiB changed in a mapping")
                .containsPattern("NOT TO BE TRUSTED|Nothing speaks against this disk");
    }

    @Test
    void memoryIsNotToBeTrusted() throws IOException {
        assumeTrue(Files.isDirectory(MEMORY) && Files.getFileStore(MEMORY).type().equals("tmpfs"));
        Path inMemory = Files.createTempDirectory(MEMORY, "bench");
        try {
            Cli bench = Cli.run("bench", inMemory, "--seconds", 0.05, "--size", 2);

            assertThat(bench.status()).isEqualTo(ExitCodes.FOUND);
            assertThat(bench.out()).contains("NOT TO BE TRUSTED: tmpfs is in memory");
        } finally {
            Files.delete(inMemory);
        }
    }

    private static Verdict verdict(String fileSystem, long nanos) {
        return Verdict.of(fileSystem, Device.below(Path.of("/no such directory")),
                new Latencies.Summary(100, 1e9 / nanos, nanos, nanos, nanos, nanos));
    }

    @Test
    void aSyncThatTakesLessThanAnyDeviceCouldIsSaidToBeALie() {
        assertThat(verdict("ext4", 4_000).problems()).singleElement().asString().contains("4.0 µs",
                "no device stores anything");
        assertThat(verdict("ext4", 30_000).problems()).isEmpty();
        assertThat(verdict("ext4", 30_000).notes()).singleElement().asString().contains("30 µs",
                "survives a power cut");
        assertThat(verdict("ext4", 150_000)).isEqualTo(new Verdict(List.of(), List.of()));
    }

    @Test
    void soIsWhatGoesWithAContainer() {
        assertThat(verdict("overlay", 150_000).problems()).singleElement().asString().contains("volume");
    }

    @Test
    void aSyncOfAPageThatWritesMuchElseIsFoundOut() {
        assertThat(DiskBench.Ranges.of(1 << 25, 100, 100_000, 4096L, 1L << 25).honoured())
                .isEqualTo(DiskBench.Honoured.YES);
        assertThat(DiskBench.Ranges.of(1 << 25, 100_000, 100, 1L << 25, 0L).honoured())
                .isEqualTo(DiskBench.Honoured.NO);
        assertThat(DiskBench.Ranges.of(1 << 25, 100_000, 100_000_000, null, null).honoured())
                .isEqualTo(DiskBench.Honoured.YES);
        assertThat(DiskBench.Ranges.of(1 << 25, 100_000_000, 100_000, null, null).honoured())
                .isEqualTo(DiskBench.Honoured.NO);
        assertThat(DiskBench.Ranges.of(1 << 25, 10_000_000, 20_000_000, null, null).honoured())
                .isEqualTo(DiskBench.Honoured.UNKNOWN);
        assertThat(DiskBench.Ranges.of(1 << 25, 1_000, 10_000, null, null).honoured())
                .as("nothing can have been written in that time").isEqualTo(DiskBench.Honoured.UNKNOWN);
        assertThat(DiskBench.Ranges.of(1 << 25, 100_000, 100_000_000, 0L, 0L).honoured())
                .as("a device that does not count, so time decides").isEqualTo(DiskBench.Honoured.YES);
    }

    @Test
    void percentilesAreThoseOfWhatWasMeasured() {
        Latencies latencies = new Latencies();
        Stream.iterate(1L, n -> n + 1).limit(2000).forEach(latencies::add);

        assertThat(latencies.summary()).isEqualTo(
                new Latencies.Summary(2000, 2000 * 1e9 / 2_001_000, 1000, 1800, 1980, 2000));
    }

    @Test
    void aDirectoryThatIsNotThereIsToldInALine() {
        Path none = directory.resolve("none");

        InfoTest.assertFailed(Cli.run("bench", none), none, "there is no such directory");
        assertThat(Cli.run("bench", directory, "--size", 0).status()).isEqualTo(ExitCodes.USAGE);
    }
}
