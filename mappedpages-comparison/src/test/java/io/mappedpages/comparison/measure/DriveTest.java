package io.mappedpages.comparison.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.mappedpages.comparison.store.Contender;
import io.mappedpages.comparison.store.Store;

class DriveTest {

    private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(60);

    @TempDir
    private Path directory;

    private Store store;

    @BeforeEach
    void open() throws Exception {
        store = Contender.RAW.open(directory);
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    @Test
    void allCallsOfAllCallersAreCountedAndTheirTimesAreTold() throws Exception {
        AtomicLong calls = new AtomicLong();
        Tally tally = new Drive(store, caller -> {
            calls.incrementAndGet();
            Thread.sleep(2);
            return true;
        }, 1).run(new Callers(3, false), NANOS);
        Map<String, Double> figures = new HashMap<>();
        tally.tell(figures);

        assertThat(tally.calls()).isEqualTo(calls.get()).isEqualTo(tally.commits());
        assertThat(figures.get("commitP50")).isGreaterThanOrEqualTo(2_000)
                .isLessThanOrEqualTo(figures.get("commitP99"));
        assertThat(figures.get(Figures.PER_SECOND)).isPositive().isLessThan(1_500);
        assertThat(figures).doesNotContainKey("readP50");
    }

    @Test
    void ofReadsOneInSoManyIsTimedAndAllAreCounted() throws Exception {
        AtomicLong calls = new AtomicLong();
        Tally tally = new Drive(store, caller -> {
            calls.incrementAndGet();
            return false;
        }, 10).run(new Callers(1, false), NANOS);
        Map<String, Double> figures = new HashMap<>();
        tally.tell(figures);

        assertThat(tally.calls()).isEqualTo(calls.get()).isGreaterThan(10);
        assertThat(tally.commits()).isZero();
        assertThat(figures).containsKey("readP999").doesNotContainKey("commitP50");
    }

    @Test
    void callersAreVirtualThreadsIfThatIsAskedFor() throws Exception {
        Set<Boolean> virtual = ConcurrentHashMap.newKeySet();
        new Drive(store, caller -> {
            virtual.add(Thread.currentThread().isVirtual());
            Thread.sleep(1);
            return true;
        }, 1).run(Callers.of("v5"), NANOS);

        assertThat(virtual).containsExactly(true);
    }

    @Test
    void ofMixedCallsAFewAreCommits() throws Exception {
        store.load(64, 1);
        AtomicLong commits = new AtomicLong();
        Operation mixed = Operation.mixed(64);
        Tally tally = new Drive(store, caller -> {
            boolean isCommit = mixed.call(caller);
            commits.addAndGet(isCommit ? 1 : 0);
            return isCommit;
        }, 1).run(new Callers(2, false), 10 * NANOS);

        assertThat(tally.commits()).isEqualTo(commits.get()).isPositive();
        assertThat((double) tally.commits() / tally.calls()).isBetween(0.01, 0.15);
    }

    @Test
    void aCallThatFailsIsTheFailureOfTheRun() {
        Drive drive = new Drive(store, caller -> {
            throw new IllegalStateException("the disk is full");
        }, 1);

        assertThatThrownBy(() -> drive.run(new Callers(2, false), NANOS)).hasMessageContaining("the disk is full");
    }
}
