package io.mappedpages.sample.demo;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Runs the service in a process of its own, and starts it again each time that one is killed. It ends when the service
 * ends by itself, and ends the service when it is asked to end.
 */
public final class Supervisor {

    /** What a process ends with that was killed by {@code kill -9}, or by {@link Runtime#halt} with this. */
    static final int KILLED = 128 + 9;

    private static final String CHILD = "mappedpages.sample.child";
    private static final String PROFILES = "spring.profiles.active";

    private final Class<?> main;
    private final List<String> arguments;
    private @Nullable Process service;
    private boolean ending;

    /**
     * Makes one.
     *
     * @param main the service's main class
     * @param arguments what the service gets
     */
    public Supervisor(Class<?> main, String... arguments) {
        this.main = main;
        this.arguments = List.of(arguments);
    }

    /**
     * Whether the service is to be supervised, and this is not yet the process of its own.
     *
     * @param arguments what the service gets
     * @return whether to call {@link #run()}
     */
    public static boolean isWanted(String... arguments) {
        return System.getProperty(CHILD) == null && profiles(arguments).anyMatch("demo"::equals);
    }

    private static Stream<String> profiles(String... arguments) {
        String prefix = "--" + PROFILES + "=";
        Stream<String> asked = Stream.of(arguments).filter(one -> one.startsWith(prefix))
                .map(one -> one.substring(prefix.length()));
        return Stream.concat(asked, Stream.of(System.getProperty(PROFILES, ""),
                System.getenv().getOrDefault("SPRING_PROFILES_ACTIVE", "")))
                .flatMap(list -> Stream.of(list.split(",", -1))).map(String::strip);
    }

    /**
     * Ends this process when the one that supervises it is gone, even if that was killed.
     */
    public static void endWithSupervisor() {
        String supervisor = System.getProperty(CHILD);
        if (supervisor != null) {
            long number = Long.parseLong(supervisor);
            Thread.ofPlatform().daemon().name("supervisor-watch").start(() -> {
                ProcessHandle.of(number).ifPresent(process -> process.onExit().join());
                System.exit(0);
            });
        }
    }

    /**
     * Runs the service until it ends by itself.
     *
     * @return what it ended with
     * @throws IOException if no process can be started
     * @throws InterruptedException if the thread was interrupted
     */
    public int run() throws IOException, InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "end-service"));
        int status = KILLED;
        while (status == KILLED) {
            Process started = start();
            if (started == null) {
                return 0;
            }
            status = started.waitFor();
        }
        return status;
    }

    private synchronized @Nullable Process start() throws IOException {
        if (!ending) {
            service = new ProcessBuilder(command()).inheritIO().start();
            return service;
        }
        return null;
    }

    private void end() {
        Process running;
        synchronized (this) {
            ending = true;
            running = service;
        }
        if (running != null) {
            running.destroy();
            running.onExit().join();
        }
    }

    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(one -> !one.startsWith("-agentlib:") && !one.startsWith("-javaagent:")) // a port, or a file, is taken
                .filter(one -> !one.startsWith("-Dspring.aot.enabled")) // what was processed ahead of time has no switches
                .forEach(command::add);
        command.add("-D" + CHILD + "=" + ProcessHandle.current().pid());
        String classPath = System.getProperty("java.class.path");
        boolean isOneJar = !ClassLoader.getSystemClassLoader().equals(main.getClassLoader());
        Collections.addAll(command, isOneJar ? new String[] {"-jar", classPath} : new String[] {"-cp", classPath,
            main.getName()});
        command.addAll(arguments);
        return command;
    }
}
