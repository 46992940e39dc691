import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures how long an executable jar of Spring Boot's, with actuator and a page store, takes to start: as it is, extracted,
 * processed ahead of time, and with a cache of the JDK's, each on a file of its own that was closed in order.
 *
 * <p>
 * Run as a single source file: {@code java StartUp.java sample-app.jar [rounds]}. In a round each form is started once. The rows
 * have medians, and from fastest to slowest.
 */
class StartUp {

    private static final Pattern STARTED = Pattern.compile("Started \\S+ in ([0-9.]+) seconds");
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String AHEAD_OF_TIME = "-Dspring.aot.enabled=true";

    /** One start. All in seconds. */
    record Start(double said, double healthy, double processor) {
    }

    /** A way to start it: what comes after "java", where, and what was measured so far. */
    record Form(String name, List<String> command, Path directory, List<Start> starts) {

        Form(String name, Path directory, String... command) {
            this(name, List.of(command), directory, new ArrayList<>());
        }
    }

    private final Path work;

    private StartUp(Path work) {
        this.work = work;
    }

    public static void main(String[] args) throws Exception {
        Path jar = Path.of(args[0]).toAbsolutePath();
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 7;
        Path work = Files.createTempDirectory("start-up");
        try {
            new StartUp(work).measure(jar, rounds);
        } finally {
            remove(work);
        }
    }

    private void measure(Path jar, int rounds) throws Exception {
        List<Form> forms = prepare(jar);
        for (Form form : forms) {
            start(form); // makes the file, and brings the jar into memory
        }
        for (int round = 0; round < rounds; round++) {
            for (Form form : forms) {
                form.starts().add(start(form));
            }
        }
        System.out.println("| started | \"Started … in\" | first 200 of health | processor time until then |");
        System.out.println("|---|---|---|---|");
        for (Form form : forms) {
            System.out.printf("| %s | %s | %s | %s |%n", form.name(),
                    row(form.starts().stream().mapToDouble(Start::said).toArray()),
                    row(form.starts().stream().mapToDouble(Start::healthy).toArray()),
                    row(form.starts().stream().mapToDouble(Start::processor).toArray()));
        }
    }

    private List<Form> prepare(Path jar) throws Exception {
        Path extracted = work.resolve("extracted");
        run(work, "-Djarmode=tools", "-jar", jar.toString(), "extract", "--destination", extracted.toString());
        String unpacked = extracted.resolve(jar.getFileName()).toString();
        List<Form> forms = new ArrayList<>();
        forms.add(new Form("the jar", directory("jar"), "-jar", jar.toString()));
        forms.add(new Form("the jar, processed ahead of time", directory("jar-aot"), AHEAD_OF_TIME, "-jar",
                jar.toString()));
        forms.add(new Form("extracted", directory("extracted-plain"), "-jar", unpacked));
        forms.add(new Form("extracted, processed ahead of time", directory("extracted-aot"), AHEAD_OF_TIME, "-jar",
                unpacked));
        forms.add(
                new Form("extracted, AOT cache", directory("cache"), "-XX:AOTCache=" + train("plain", unpacked), "-jar",
                        unpacked));
        forms.add(new Form("extracted, AOT cache, processed ahead of time", directory("cache-aot"),
                "-XX:AOTCache=" + train("aot", unpacked, AHEAD_OF_TIME), AHEAD_OF_TIME, "-jar", unpacked));
        return forms;
    }

    /** The training run has a file of its own, which goes with it. */
    private Path train(String name, String jar, String... options) throws Exception {
        Path cache = work.resolve(name + ".aot");
        Path training = directory("training-" + name);
        List<String> command = new ArrayList<>(List.of("-XX:AOTCacheOutput=" + cache, "-Dspring.context.exit=onRefresh",
                "-Dmappedpages.path=" + training.resolve("training.pages")));
        command.addAll(List.of(options));
        command.addAll(List.of("-jar", jar));
        run(training, command.toArray(String[]::new));
        remove(training);
        System.out.printf(Locale.ROOT, "cache %s: %.0f MB%n", name, Files.size(cache) / 1e6);
        return cache;
    }

    private Path directory(String name) throws IOException {
        return Files.createDirectory(work.resolve(name));
    }

    private Start start(Form form) throws Exception {
        int port = freePort();
        Path log = form.directory().resolve("log");
        List<String> command = new ArrayList<>(form.command());
        command.add("--server.port=" + port);
        long begin = System.nanoTime();
        Process process = java(form.directory(), log, command);
        try {
            while (!isHealthy(port)) {
                if (!process.isAlive() || System.nanoTime() - begin > PATIENCE.toNanos()) {
                    throw new IllegalStateException(form.name() + " does not start:\n" + Files.readString(log));
                }
                Thread.sleep(2);
            }
            double healthy = (System.nanoTime() - begin) / 1e9;
            double processor = process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
            return new Start(said(log), healthy, processor);
        } finally {
            process.destroy();
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    private static boolean isHealthy(int port) {
        try {
            var connection = (HttpURLConnection) URI.create("http://localhost:" + port + "/actuator/health").toURL()
                    .openConnection();
            connection.setReadTimeout((int) PATIENCE.toMillis());
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static double said(Path log) throws Exception {
        while (true) { // health may be quicker than the log
            Matcher line = STARTED.matcher(Files.readString(log));
            if (line.find()) {
                return Double.parseDouble(line.group(1));
            }
            Thread.sleep(10);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    private void run(Path directory, String... command) throws Exception {
        Path log = work.resolve("prepared.log");
        if (java(directory, log, List.of(command)).waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + ":\n" + Files.readString(log));
        }
    }

    private static Process java(Path directory, Path log, List<String> arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(arguments);
        return new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true)
                .redirectOutput(log.toFile()).start();
    }

    private static String row(double... values) {
        Arrays.sort(values);
        return String.format(Locale.ROOT, "%.2f s (%.2f to %.2f)", values[values.length / 2], values[0],
                values[values.length - 1]);
    }

    private static void remove(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path one, IOException failure) throws IOException {
                Files.delete(one);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
