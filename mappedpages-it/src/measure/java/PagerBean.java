import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import javax.tools.ToolProvider;

/**
 * Measures what the bean {@code pager} adds to the start of an application: its own step, as Spring counts it, and the whole start
 * with and without {@code mappedpages.path}; each start in a JVM of its own.
 *
 * <p>
 * Run as a single source file: {@code java PagerBean.java sample-app.jar [rounds]}. The application has the libraries of that jar
 * and all auto-configuration, and nothing of its own. In a round each form is started once. The rows have medians, and from fastest to
 * slowest.
 */
class PagerBean {

    /** The application. It is compiled first, so that javac has warmed up nothing. */
    private static final String APPLICATION = """
            import java.nio.file.Path;
            import java.time.Duration;
            import org.springframework.boot.SpringApplication;
            import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
            import org.springframework.boot.context.metrics.buffering.BufferingApplicationStartup;
            import org.springframework.context.annotation.Configuration;
            import io.mappedpages.Pager;

            @Configuration(proxyBeanMethods = false)
            @EnableAutoConfiguration
            class Application {

                public static void main(String[] args) {
                    if (args[0].equals("fill")) {
                        try (Pager pager = Pager.builder(Path.of(args[1])).reserve(false).openOrCreate()) {
                            pager.allocBulk(Math.toIntExact(Long.parseLong(args[2]) / pager.pageSize()));
                        }
                        return;
                    }
                    BufferingApplicationStartup steps = new BufferingApplicationStartup(8192);
                    SpringApplication application = new SpringApplication(Application.class);
                    application.setApplicationStartup(steps);
                    long begin = System.nanoTime();
                    try (var context = application.run(args)) {
                        long all = System.nanoTime() - begin;
                        Duration pager = Duration.ZERO;
                        for (var event : steps.getBufferedTimeline().getEvents()) {
                            if (event.getStartupStep().getName().equals("spring.beans.instantiate")) {
                                for (var tag : event.getStartupStep().getTags()) {
                                    if (tag.getKey().equals("beanName") && tag.getValue().equals("pager")) {
                                        pager = event.getDuration();
                                    }
                                }
                            }
                        }
                        System.out.println("MEASURED " + pager.toNanos() + " " + all);
                    }
                }
            }
            """;

    private static final String PORT = "--server.port=0";
    private static final String QUIET = "--logging.level.root=warn";
    private static final String PATH = "--mappedpages.path=";
    private static final String ENABLED = "--mappedpages.enabled=true";

    /** One start, in milliseconds. */
    record Start(double pager, double all) {
    }

    private final Path work;
    private final Path extracted;
    private final Path application;
    private final Path cache;

    private PagerBean(Path work) {
        this.work = work;
        this.extracted = work.resolve("extracted");
        this.application = work.resolve("application.jar");
        this.cache = work.resolve("application.aot");
    }

    public static void main(String[] args) throws Exception {
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 7;
        Path work = Files.createTempDirectory("pager-bean");
        try {
            new PagerBean(work).measure(Path.of(args[0]).toAbsolutePath(), rounds);
        } finally {
            try (var all = Files.walk(work)) {
                for (Path file : all.sorted((one, other) -> other.compareTo(one)).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private void measure(Path jar, int rounds) throws Exception {
        java(List.of("-Djarmode=tools", "-jar", jar.toString(), "extract", "--destination", extracted.toString()));
        compile();
        Path small = work.resolve("small.pages");
        Path large = work.resolve("large.pages");
        application(List.of(), "fill", small.toString(), "4096");
        application(List.of(), "fill", large.toString(), Long.toString(10L << 30));
        application(List.of("-XX:AOTCacheOutput=" + cache), PORT, QUIET, PATH + work.resolve("training.pages"));
        Map<String, List<Start>> forms = new LinkedHashMap<>();
        for (int round = 0; round <= rounds; round++) {
            boolean counts = round > 0;
            for (boolean cached : new boolean[] {false, true}) {
                add(forms, counts, cached, "no path", ENABLED);
                add(forms, counts, cached, "a new file", PATH + work.resolve("new-" + cached + round + ".pages"));
                add(forms, counts, cached, "a file with one page", PATH + small);
                add(forms, counts, cached, "a file with 10 GiB of pages in use", PATH + large,
                        "--mappedpages.reserve=false");
            }
        }
        System.out.println("| started with | the step of the bean `pager` | the whole start |");
        System.out.println("|---|---|---|");
        forms.forEach((name, starts) -> System.out.printf("| %s | %s | %s |%n", name,
                row(starts.stream().mapToDouble(Start::pager).toArray()),
                row(starts.stream().mapToDouble(Start::all).toArray())));
    }

    private void compile() throws IOException {
        Path classes = Files.createDirectories(work.resolve("classes"));
        Path source = Files.writeString(work.resolve("Application.java"), APPLICATION);
        int failed = ToolProvider.getSystemJavaCompiler().run(null, null, null, "-proc:none", "-cp", libraries(), "-d",
                classes.toString(), source.toString())
                + java.util.spi.ToolProvider.findFirst("jar").orElseThrow().run(System.out, System.err, "--create",
                        "--file", application.toString(), "-C", classes.toString(), ".");
        if (failed != 0) {
            throw new IllegalStateException("it does not compile");
        }
    }

    private String libraries() throws IOException {
        try (var jars = Files.list(extracted.resolve("lib"))) {
            return String.join(System.getProperty("path.separator"), jars.map(Path::toString).sorted().toList());
        }
    }

    private void add(Map<String, List<Start>> forms, boolean counts, boolean cached, String name, String... properties)
            throws Exception {
        List<String> arguments = new ArrayList<>(List.of(PORT, QUIET));
        arguments.addAll(List.of(properties));
        String said = application(cached ? List.of("-XX:AOTCache=" + cache, "-XX:AOTMode=on") : List.of(),
                arguments.toArray(String[]::new));
        String[] numbers =
                said.lines().filter(line -> line.startsWith("MEASURED ")).findFirst().orElseThrow().split(" ");
        if (counts) {
            forms.computeIfAbsent(cached ? name + ", AOT cache" : name, any -> new ArrayList<>())
                    .add(new Start(Long.parseLong(numbers[1]) / 1e6, Long.parseLong(numbers[2]) / 1e6));
        }
    }

    private String application(List<String> options, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(options);
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp",
                application + System.getProperty("path.separator") + libraries(), "Application"));
        command.addAll(List.of(arguments));
        return java(command);
    }

    private static String java(List<String> arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", arguments) + ":\n" + said);
        }
        return said;
    }

    private static String row(double... values) {
        Arrays.sort(values);
        return String.format(Locale.ROOT, "%.0f ms (%.0f to %.0f)", values[values.length / 2], values[0],
                values[values.length - 1]);
    }
}
