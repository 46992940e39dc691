package io.mappedpages.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;

import org.junit.jupiter.api.Test;

/** The progress of a check, on a terminal. */
class ProgressBarTest {

    private final StringWriter drawn = new StringWriter();
    private final PrintWriter terminal = new PrintWriter(drawn);

    @Test
    void itShowsHowMuchIsDone() {
        try (ProgressBar bar = ProgressBar.start(terminal, false, "checking", () -> 0, 1 << 20)) {
            assertThat(bar.line(0)).isEqualTo("checking [" + " ".repeat(40) + "] 0 %, 0 bytes read");
            assertThat(bar.line(1 << 19))
                    .isEqualTo("checking [" + "#".repeat(20) + " ".repeat(20) + "] 50 %, 512 KiB read");
        }
    }

    @Test
    void itIsNeverFullBeforeTheEnd() {
        try (ProgressBar bar = ProgressBar.start(terminal, false, "checking", () -> 0, 100)) {
            assertThat(bar.line(1000)).contains("] 99 %");
        }
    }

    @Test
    void whereReadsAreNotCountedItOnlySaysWhatIsDone() {
        try (ProgressBar bar = ProgressBar.start(terminal, false, "checking", () -> -1, 100)) {
            assertThat(bar.line(-1)).isEqualTo("checking …");
        }
    }

    @Test
    void itIsDrawnAndThenWiped() {
        ProgressBar.start(terminal, true, "checking", () -> 50, 100).close();

        assertThat(drawn.toString()).startsWith("\rchecking [").endsWith(" \r");
    }

    @Test
    void whatIsNoTerminalStaysClean() {
        ProgressBar.start(terminal, false, "checking", () -> 50, 100).close();

        assertThat(drawn.toString()).isEmpty();
    }
}
