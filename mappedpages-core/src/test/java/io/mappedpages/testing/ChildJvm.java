package io.mappedpages.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/** Another JVM with the same class path, to be talked to by lines. Killed when closed, if it still lives. */
public final class ChildJvm implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final BufferedReader output;

    private ChildJvm(Process process) {
        this.process = process;
        this.output = process.inputReader();
    }

    /** Starts the {@code main} method of a class. What it writes to its error output goes to this JVM's. */
    public static ChildJvm start(Class<?> main, Object... arguments) {
        return startWithHeap("128m", main, arguments);
    }

    /** The same with so much heap at most, in the words of {@code -Xmx}. */
    public static ChildJvm startWithHeap(String most, Class<?> main, Object... arguments) {
        return startWithOptions(List.of("-Xmx" + most), main, arguments);
    }

    /** The same with these options of the JVM. */
    public static ChildJvm startWithOptions(List<String> options, Class<?> main, Object... arguments) {
        return startWith(options, Map.of(), main, arguments);
    }

    /** The same with options for Java, and with variables in its environment. */
    public static ChildJvm startWith(List<String> options, Map<String, String> environment, Class<?> main,
            Object... arguments) {
        return startWith(List.of(), options, environment, main, arguments);
    }

    /** The same by another program that starts Java, such as one that takes rights away. */
    public static ChildJvm startWith(List<String> starter, List<String> options, Map<String, String> environment,
            Class<?> main, Object... arguments) {
        List<String> command = new ArrayList<>(starter);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=/dev/null", "-cp",
                System.getProperty("java.class.path"), main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment().putAll(environment);
            return new ChildJvm(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next line of its output, or null when it has ended. Waits for it. */
    public @Nullable String readLine() {
        try {
            return output.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All that it still says, and {@code exit n} as the last line. Closes its input and waits until it has ended. */
    public List<String> readToEnd() {
        closeInput();
        List<String> lines = new ArrayList<>();
        for (String line = readLine(); line != null; line = readLine()) {
            lines.add(line);
        }
        awaitEnd();
        lines.add("exit " + process.exitValue());
        return lines;
    }

    /** Closes its input, which it may take for a sign to end. */
    private void closeInput() {
        try {
            process.outputWriter().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks it to end, as the system does when it shuts down, and does not wait for that. */
    public void terminate() {
        process.toHandle().destroy(); // the process itself would close what it still says
    }

    /** Ends it at once, whatever it is doing, and waits until it is gone with all its locks. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("still running: " + process);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
