package io.mappedpages.internal.storage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Another Java process that opens a page file, tells in one line how that went, and holds it until it is killed or its
 * input ends.
 */
final class ChildJvm implements AutoCloseable {

    private final Process process;
    private final String answer;

    /**
     * Starts it and waits for its answer.
     *
     * @param way    how it opens the file
     * @param prefix a program and its options to start Java with, such as one that takes rights away
     */
    ChildJvm(Way way, Path path, String... prefix) throws IOException {
        List<String> command = new ArrayList<>(List.of(prefix));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (way == Way.NATIVE) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), ChildJvm.class.getName(), path.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")); // Java prints them
        process = builder.start();
        answer = line(process);
    }

    private static String line(Process process) throws IOException {
        BufferedReader reader = new BufferedReader(new InputStreamReader(process.getInputStream()));
        @Nullable String line = reader.readLine();
        return line == null ? "nothing" : line;
    }

    /** Returns {@code opened}, or the simple name of the exception and its message. */
    String answer() {
        return answer;
    }

    /** Kills it (SIGKILL on Unix) and waits until it is dead. */
    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** What runs in the other process. */
    public static void main(String[] args) throws IOException {
        java.util.logging.LogManager.getLogManager().reset(); // only the answer is of interest
        FileStorageProvider provider = new FileStorageProvider();
        try {
            Path path = provider.resolve(Path.of(args[0]));
            HeldLock lock = provider.lock(path);
            PageStorage storage;
            try {
                storage = provider.open(path, lock);
            } catch (IOException e) {
                lock.abandon();
                throw e;
            }
            System.out.println("opened");
            int end = System.in.read();
            if (end < 0) {
                storage.close();
            }
        } catch (IOException e) {
            System.out.println(e.getClass().getSimpleName() + " " + e.getMessage());
        }
    }
}
