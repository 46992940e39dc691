package io.mappedpages.internal.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GatheringTest {

    private static final long COMMIT_NANOS = 300_000;

    private final Gathering gathering = new Gathering();

    @Test
    void whoIsAloneWaitsForNobody() {
        gathering.told(1, COMMIT_NANOS);
        gathering.came();

        assertThat(gathering.begin()).isZero();
    }

    @Test
    void whoWereToldOfTheCommitBeforeAreWaitedForUntilTheLastOneComes() {
        gathering.told(3, COMMIT_NANOS);

        assertThat(gathering.came()).isFalse();
        assertThat(gathering.begin()).isPositive();
        assertThat(gathering.came()).isFalse();
        assertThat(gathering.isComplete()).isFalse();
        assertThat(gathering.came()).isTrue();
        assertThat(gathering.isComplete()).isTrue();
    }

    @Test
    void nobodyWaitsForMoreThanAPartOfACommitNorForMoreThanAMillisecond() {
        gathering.told(2, COMMIT_NANOS);
        assertThat(gathering.begin()).isLessThanOrEqualTo(COMMIT_NANOS / 2);

        gathering.told(2, 10_000_000_000L);
        assertThat(gathering.begin()).isLessThanOrEqualTo(1_000_000);
    }

    @Test
    void whereNobodyComesAgainHardlyAnybodyWaits() {
        int waits = 0;
        for (int commit = 0; commit < 10_000; commit++) {
            waits += commitNobodyComesAfter();
        }

        assertThat(waits).isBetween(50, 150);
    }

    @Test
    void oneWaitThatWasWorthItMakesEverybodyWaitAgain() {
        for (int commit = 0; commit < 10_000; commit++) {
            commitNobodyComesAfter();
        }
        boolean waited = false;
        for (int commit = 0; commit < 200 && !waited; commit++) {
            gathering.told(2, COMMIT_NANOS);
            waited = gathering.begin() > 0;
            gathering.came();
            if (waited) {
                gathering.end();
            }
        }
        gathering.told(2, COMMIT_NANOS);

        assertThat(waited).isTrue();
        assertThat(gathering.begin()).isPositive();
    }

    /** {@return how often somebody waited} */
    private int commitNobodyComesAfter() {
        gathering.told(2, COMMIT_NANOS);
        if (gathering.begin() == 0) {
            return 0;
        }
        gathering.end();
        return 1;
    }
}
