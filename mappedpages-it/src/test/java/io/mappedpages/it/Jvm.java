package io.mappedpages.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts the java that runs the tests. */
final class Jvm {

    /** For what is to happen at all; the machine may have much else to do. */
    static final Duration PATIENCE = Duration.ofMinutes(3);

    /** For one that lives for moments only: compiled quickly rather than well. */
    static final List<String> BRIEF = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private Jvm() {
    }

    static Process start(Path directory, Path log, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("MAPPEDPAGES_") || name.startsWith("SPRING_")
                || name.startsWith("MANAGEMENT_") || name.endsWith("JAVA_OPTIONS") || name.equals("JAVA_TOOL_OPTIONS"));
        return builder.start();
    }

    /** Runs it to its end, which has to be a good one. */
    static void run(Path directory, Path log, List<String> arguments) throws IOException, InterruptedException {
        Process process = start(directory, log, arguments);
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError("java " + String.join(" ", arguments) + ":\n" + Files.readString(log));
            }
        } finally {
            process.destroyForcibly();
        }
    }
}
