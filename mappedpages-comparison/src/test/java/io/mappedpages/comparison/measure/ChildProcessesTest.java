package io.mappedpages.comparison.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.mappedpages.comparison.store.Contender;
import io.mappedpages.comparison.store.Store;
import io.mappedpages.comparison.store.Store.Session;

/** Stores in processes of their own, as a run has them. */
class ChildProcessesTest {

    private static final int COUNT = 256;

    @TempDir
    private Path directory;

    private Round round;

    @BeforeEach
    void prepare() throws Exception {
        round = new Round(new Settings(directory, List.of(Contender.values()), List.of(Step.values()),
                List.of(new Callers(4, false)), 1, 100, COUNT));
    }

    @ParameterizedTest
    @EnumSource(names = {"REGULAR", "RAW"}, mode = EnumSource.Mode.EXCLUDE)
    void everyUpdateThatReturnedBeforeTheProcessWasKilledIsThere(Contender store) throws Exception {
        round.turn(store, Step.LOAD);
        Map<String, Double> figures = round.turn(store, Step.KILL).getFirst().figures();

        assertThat(figures.get(Figures.ACKNOWLEDGED)).isPositive();
        assertThat(figures).containsEntry(Figures.LOST, 0.0);
        assertThat(figures.get(Figures.MILLIS)).isPositive();
    }

    @ParameterizedTest
    @EnumSource(names = {"REGULAR", "RAW"})
    void ofStoresThatChangeValuesInPlaceOnlyTheOpeningAfterAKillIsTold(Contender store) throws Exception {
        round.turn(store, Step.LOAD);
        Map<String, Double> figures = round.turn(store, Step.KILL).getFirst().figures();

        assertThat(figures.get(Figures.ACKNOWLEDGED)).isPositive();
        assertThat(figures).doesNotContainKey(Figures.LOST);
        assertThat(figures.get(Figures.MILLIS)).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void eachCommitTellsTheSystemToMakeSomethingDurable(Contender store) throws Exception {
        assumeTrue(round.canTrace(), "there is no strace");
        round.turn(store, Step.LOAD);
        Map<String, Double> calls = round.turn(store, Step.SYNCS).getFirst().figures();

        assertThat(calls.values().stream().mapToDouble(Double::doubleValue).sum()).isGreaterThanOrEqualTo(1);
    }

    @Test
    void aStoreIsThereForTheNextTurn() throws Exception {
        Contender store = Contender.MAPPEDPAGES;
        round.turn(store, Step.LOAD);
        Map<String, Double> inserted = round.turn(store, Step.INSERT).getFirst().figures();

        assertThat(inserted.get(Figures.PER_SECOND)).isPositive();
        assertThat(round.turn(store, Step.OPEN).getFirst().figures().get(Figures.MILLIS)).isPositive();
        try (Store opened = store.open(directory.resolve(store.id())); Session session = opened.session()) {
            assertThat(opened.count()).isGreaterThan(COUNT);
            assertThat(session.word(COUNT - 1, 0)).isEqualTo(COUNT - 1);
        }
    }

    @Test
    void aTurnThatFailsSaysWhy() {
        assertThatThrownBy(() -> round.turn(Contender.RAW, Step.UPDATE)).isInstanceOf(IOException.class)
                .hasMessageContaining("NoSuchFileException");
    }
}
