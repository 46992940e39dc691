package io.mappedpages.sample.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatenciesTest {

    private final Latencies latencies = new Latencies();

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 7, 8, 15, 16, 17, 1000, 123_456, 1_000_000, 999_999_999, Long.MAX_VALUE / 2})
    void aDurationIsKnownWithinAnEighth(long nanos) {
        latencies.add(Duration.ofNanos(nanos));

        assertThat(latencies.percentile(0.5)).isGreaterThanOrEqualTo(nanos)
                .isCloseTo(nanos, Percentage.withPercentage(12.5));
    }

    @Test
    void halfOfThemTookNotMoreThanTheMedianAndOneOfAHundredLongerThanTheRest() {
        for (int i = 0; i < 98; i++) {
            latencies.add(Duration.ofNanos(100_000));
        }
        latencies.add(Duration.ofMillis(50));
        latencies.add(Duration.ofMillis(50));

        assertThat(latencies.percentile(0.5)).isCloseTo(100_000, within(12_500L));
        assertThat(latencies.percentile(0.99)).isCloseTo(50_000_000, within(6_250_000L));
    }

    @Test
    void whatCameBeforeACopyIsLeftOut() {
        latencies.add(Duration.ofSeconds(1));
        Latencies before = latencies.copy();
        latencies.add(Duration.ofNanos(10_000));

        Latencies since = latencies.since(before);

        assertThat(since.count()).isEqualTo(1);
        assertThat(since.percentile(1)).isCloseTo(10_000, within(1_250L));
        assertThat(latencies.since(latencies.copy()).percentile(0.5)).isZero();
    }
}
