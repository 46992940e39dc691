package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.mappedpages.internal.engine.EngineState;
import io.mappedpages.internal.recovery.Recovery;
import io.mappedpages.internal.recovery.Verification;

class ReportsTest {

    @ParameterizedTest
    @EnumSource
    void aStateKeepsItsName(EngineState state) {
        assertThat(Reports.of(state).name()).isEqualTo(state.name());
    }

    @ParameterizedTest
    @EnumSource
    void aRecoverySaysTheSameInTheWordsOfTheApi(Recovery.Loss loss) {
        RecoveryReport report = Reports.of(new Recovery(7, 8, loss, List.of("slot 1 is damaged")));

        assertThat(report).isEqualTo(new RecoveryReport(7, 8, RecoveryReport.Loss.valueOf(loss.name()),
                List.of("slot 1 is damaged")));
    }

    @Test
    void aVerificationSaysTheSameInTheWordsOfTheApi() {
        VerifyReport report = Reports.of(new Verification(100, 50, 40, 3, 4, 5,
                List.of(new Verification.Finding(-1, "counts disagree")), true));

        assertThat(report).isEqualTo(new VerifyReport(100, 50, 40, 3, 4, 5,
                List.of(new VerifyReport.Finding(-1, "counts disagree")), true));
        assertThat(report.isSound()).isFalse();
        assertThat(new VerifyReport(4, 1, 0, 0, 3, 0, List.of(), false).isSound()).isTrue();
    }

    @Test
    void aReportCannotBeChanged() {
        RecoveryReport report = Reports.of(new Recovery(7, 0, Recovery.Loss.NONE, List.of()));

        assertThatThrownBy(() -> report.findings().add("x")).isInstanceOf(UnsupportedOperationException.class);
    }
}
