package io.mappedpages.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar and the script, as they come out of the build. */
class ExecutableJarIT {

    private static final Path BUILT = Path.of(System.getProperty("cli.directory"));
    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

    @TempDir
    private Path directory;

    /** Both streams of the process are one here. */
    private static Cli start(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", JAVA_HOME.toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes());
        return new Cli(process.waitFor(), out, "");
    }

    private static Cli jar(String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(JAVA_HOME.resolve("bin/java").toString(), "-jar",
                BUILT.resolve("mappedpages-cli.jar").toString()));
        command.addAll(List.of(args));
        return start(command);
    }

    @Test
    void theJarRunsAloneAndWithNativeAccess() throws IOException, InterruptedException {
        Path file = PageFiles.closed(directory);

        Cli verify = jar("verify", file.toString());
        assertThat(verify.status()).isZero();
        assertThat(verify.out()).startsWith(file + ": sound.").doesNotContainIgnoringCase("warning");
        assertThat(verify.out().lines()).as("no line of a log, and no progress bar").hasSize(1);

        assertThat(jar("trim", file.toString()).out()).contains("given back").doesNotContainIgnoringCase("warning");
        assertThat(jar("info", "--json", file.toString()).json().at("/opens").asBoolean()).isTrue();
        assertThat(jar("map", "--png", directory.resolve("map.png").toString(), file.toString()).status()).isZero();
    }

    @Test
    void itSaysItsVersionAndItsExitStatusArrives() throws IOException, InterruptedException {
        assertThat(jar("--version").out()).contains("mappedpages 0.").doesNotContain("not from a jar");
        assertThat(jar("info", directory.resolve("none").toString()).status()).isEqualTo(ExitCodes.FAILED);
        assertThat(jar("look").status()).isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void theScriptStartsTheJarThatLiesBesideIt() throws IOException, InterruptedException {
        Path link = Files.createSymbolicLink(directory.resolve("mappedpages"), BUILT.resolve("mappedpages"));

        Cli version = start(List.of(link.toString(), "--version"));

        assertThat(version.status()).as(version.out()).isZero();
        assertThat(version.out()).contains("mappedpages 0.");
    }

    @Test
    void bashUnderstandsTheCompletionThatItPrints() throws IOException, InterruptedException {
        Path script = Files.writeString(directory.resolve("completion"), jar("generate-completion").out());

        Cli bash = start(List.of("bash", "-c", "source " + script + " && complete -p mappedpages"));

        assertThat(bash.status()).as(bash.out()).isZero();
        assertThat(bash.out()).contains("-F _complete_mappedpages mappedpages");
    }
}
