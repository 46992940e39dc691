package io.mappedpages.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for the command as such. */
class CommandTest {

    @Test
    void theHelpListsAllCommandsAndTheExitStatus() {
        Cli help = Cli.run("--help");

        assertThat(help.status()).isZero();
        assertThat(help.out()).contains("info", "verify", "dump", "map", "backup", "repair", "import", "trim", "watch",
                "bench",
                "Exit status:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"info", "verify", "dump", "map", "backup", "repair", "import", "trim", "watch", "bench"})
    void eachCommandSaysWhatItDoesAndWhatItsExitStatusMeans(String command) {
        Cli help = Cli.run(command, "--help");

        assertThat(help.status()).isZero();
        assertThat(help.out()).contains("Usage: mappedpages " + command, "Exit status:", "  0   ", "  1   ", "  2   ",
                "  3   ", "--debug");
    }

    @Test
    void theVersionIsThatOfTheJarAndTheFormat() {
        assertThat(Cli.run("--version").out()).startsWith("mappedpages ").contains("file format 1.0", "Java ");
    }

    @Test
    void wrongUseIsToldOnStandardError() {
        for (Cli wrong : new Cli[] {Cli.run(), Cli.run("look"), Cli.run("info"), Cli.run("info", "--loud", "f")}) {
            assertThat(wrong.status()).isEqualTo(ExitCodes.USAGE);
            assertThat(wrong.out()).isEmpty();
            assertThat(wrong.err()).contains("Usage: mappedpages");
        }
    }

    @Test
    void thereIsAStackTraceOnlyForWhoAsksForOne(@TempDir Path directory) {
        Path none = directory.resolve("none");

        assertThat(Cli.run("info", none).err()).doesNotContain("\tat ");
        assertThat(Cli.run("info", "--debug", none).err()).contains("\tat io.mappedpages");
        assertThat(Cli.run("--debug", "info", none).err()).contains("\tat io.mappedpages");
    }

    @Test
    void whatIsNoTerminalGetsNoColours(@TempDir Path directory) {
        assertThat(Cli.run("info", PageFiles.closed(directory)).out()).doesNotContain("\u001b");
        assertThat(Cli.run("--help").out()).doesNotContain("\u001b");
    }

    @Test
    void shellsGetCompletion() {
        assertThat(Cli.run("generate-completion").out()).contains("complete", "mappedpages", "verify");
    }

    @Test
    void sizesAndTimesAreForPeople() {
        assertThat(Units.bytes(1)).isEqualTo("1 byte");
        assertThat(Units.bytes(1023)).isEqualTo("1023 bytes");
        assertThat(Units.bytes(4096)).isEqualTo("4 KiB");
        assertThat(Units.bytes(1_600_000)).isEqualTo("1.5 MiB");
        assertThat(Units.bytes(1L << 40)).isEqualTo("1 TiB");
        assertThat(Units.time(850)).isEqualTo("0.9 µs");
        assertThat(Units.time(145_000)).isEqualTo("145 µs");
        assertThat(Units.time(2_340_000)).isEqualTo("2.3 ms");
        assertThat(Units.time(61_000_000_000L)).isEqualTo("61.0 s");
        assertThat(Units.share(1, 3)).isEqualTo("33.3 %");
        assertThat(Units.count(1, "page", "pages")).isEqualTo("1 page");
        assertThat(Units.count(1_234_567, "page", "pages")).isEqualTo("1,234,567 pages");
    }
}
