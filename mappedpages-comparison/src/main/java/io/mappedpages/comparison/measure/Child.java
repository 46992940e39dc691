package io.mappedpages.comparison.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process in which a store has its turn. */
final class Child {

    /** All have the same heap. The rest are what stores need or are quicker with. */
    private static final List<String> JVM = List.of("-Xmx2g", "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow", "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED");
    private static final long LONGEST_MINUTES = 15;
    private static final int TOLD = 2_000;

    private final Path log;
    private final Process process;

    private Child(Path log, Process process) {
        this.log = log;
        this.process = process;
    }

    /** Starts one. What stands before it on the command line may be empty. */
    static Child start(Order order, Path directory, List<String> before) throws IOException {
        Path file = directory.resolve("order.json");
        order.write(file);
        Files.deleteIfExists(Path.of(order.answer()));
        Path log = directory.resolve("turn.log");
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Turn.class.getName(), file.toString()));
        return new Child(log,
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start());
    }

    /** Waits until it ends by itself. */
    void finish() throws IOException, InterruptedException {
        if (!process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
            kill();
            throw new IOException("It had not ended after " + LONGEST_MINUTES + " minutes");
        }
        if (process.exitValue() != 0) {
            throw new IOException("It ended with " + process.exitValue() + ": " + told());
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** With {@code SIGKILL}. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** {@return the end of what it said} */
    String told() throws IOException {
        String all = Files.readString(log);
        return all.substring(Math.max(0, all.length() - TOLD));
    }
}
