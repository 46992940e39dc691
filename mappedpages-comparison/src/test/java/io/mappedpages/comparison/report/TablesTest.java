package io.mappedpages.comparison.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.mappedpages.comparison.measure.Measurement;
import io.mappedpages.comparison.measure.Results;

class TablesTest {

    private final List<Measurement> measurements = new ArrayList<>();

    @Test
    void aRateIsTheMedianOfTheRounds() {
        rates("lmdb", "update", "1", 10, 1_000, 30);

        assertThat(text()).contains("| LMDB | **30.0** |");
    }

    @Test
    void theBestOfAColumnIsBoldAndTheRawFileIsNoStore() {
        rates("mappedpages", "update", "1", 200);
        rates("lmdb", "update", "1", 100);
        rates("raw", "update", "1", 300);
        rates("mappedpages", "update", "v64", 1_000);
        rates("lmdb", "update", "v64", 2_000);
        rates("raw", "update", "v64", 10);

        assertThat(text()).contains("""
                | store | 1 | 64 virtual |
                |---|---|---|
                | mappedpages, protected pages | **200** | 1,000 |
                | LMDB | 100 | **2,000** |
                | raw file | 300 | 10.0 |
                """);
    }

    @Test
    void whereAnotherStoreIsAheadIsSaidAndWhereNoneIsNothing() {
        rates("mappedpages", "word", "1", 100);
        rates("lmdb", "word", "1", 99);
        rates("raw", "word", "1", 500);
        rates("regular", "word", "1", 400);
        assertThat(text()).doesNotContain("ahead");

        rates("rocksdb", "word", "1", 250);
        assertThat(text()).contains("is ahead", "| Reads of eight bytes a second | 1 | RocksDB | 2.50 times |")
                .doesNotContain("| LMDB | 0.99 times", "raw file | 5.00 times", "regular pages | 4.00 times");
    }

    @Test
    void percentilesStandTogether() {
        measurements.add(new Measurement("mapdb", "update", "4", 1,
                Map.of("perSecond", 5.0, "commitP50", 1.5, "commitP99", 20.0, "commitP999", 3000.0), ""));

        assertThat(text()).contains("| MapDB | 1.50 / 20.0 / 3,000 |");
    }

    @Test
    void callsThatSyncAreToldByTheirNames() {
        rates("lmdb", "update", "1", 5);
        measurements.add(new Measurement("lmdb", "syncs", "", 1,
                Map.of("fdatasync", 1.0), ""));

        assertThat(text()).contains("| LMDB | 1.00 fdatasync |");
    }

    @Test
    void whatWasNotMeasuredIsADash() {
        rates("lmdb", "update", "1", 5);
        measurements.add(new Measurement("xodus", "load", "", 1, Map.of("mibLoadedPerSecond", 70.0), ""));

        assertThat(text()).contains("| Xodus | – |", "| Xodus | 70.0 | – | – |");
    }

    @Test
    void aTurnThatFailedIsToldAndIsNoFigure() {
        rates("mapdb", "update", "1", 5);
        measurements.add(new Measurement("mapdb", "insert", "", 2, Map.of(), "It ended with 1: OutOfMemoryError\nat"));

        assertThat(text()).contains("- MapDB, insert, round 2: It ended with 1: OutOfMemoryError\n");
    }

    private void rates(String store, String workload, String callers, double... rounds) {
        for (int i = 0; i < rounds.length; i++) {
            measurements.add(new Measurement(store, workload, callers, i + 1, Map.of("perSecond", rounds[i]), ""));
        }
    }

    private String text() {
        return new Tables(new Results(Map.of("java", "25"), Map.of("lmdb", "1"), Map.of("rounds", "1"), measurements))
                .text();
    }
}
