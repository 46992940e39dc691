package io.mappedpages.comparison.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.mappedpages.comparison.measure.Order.Answer;
import io.mappedpages.comparison.measure.Order.Task;
import io.mappedpages.comparison.store.Contender;

/** Turns of the stores, each with files of its own that stay there from turn to turn. */
final class Round {

    private static final long KILL_AFTER_LEAST = 300;
    private static final Duration FIRST_UPDATE_WITHIN = Duration.ofMinutes(1);

    private final Settings settings;
    private final Path directory;
    private final boolean canTrace = Shell.exists("strace");

    Round(Settings settings) throws IOException {
        this.settings = settings;
        this.directory = Files.createDirectories(settings.directory().toAbsolutePath());
    }

    /** {@return whether the system can tell which calls a process makes} */
    boolean canTrace() {
        return canTrace;
    }

    /** {@return what came of one turn} */
    List<Answer> turn(Contender store, Step step) throws IOException, InterruptedException {
        return switch (step) {
            case LOAD -> {
                delete(store);
                Files.createDirectories(home(store));
                yield finished(order(store, step, Task.LOAD), List.of());
            }
            case SYNCS -> List.of(syncs(store));
            case OPEN -> {
                delete(directory.resolve(Turn.OTHER));
                yield finished(order(store, step, Task.OPEN), List.of());
            }
            case KILL -> {
                delete(directory.resolve(Turn.OTHER));
                kill(order(store, step, Task.WRITE));
                yield finished(order(store, step, Task.OPEN_KILLED), List.of());
            }
            default -> finished(order(store, step, Task.valueOf(step.name())), List.of());
        };
    }

    private Path home(Contender store) {
        return directory.resolve(store.id());
    }

    private Order order(Contender store, Step step, Task task) {
        List<String> callers = settings.callers().stream().map(Callers::id).toList();
        return new Order(store, task, step.id(), home(store).toString(), settings.count(), settings.millis(), callers,
                directory.resolve("answer.json").toString());
    }

    private List<Answer> finished(Order order, List<String> before) throws IOException, InterruptedException {
        Child.start(order, directory, before).finish();
        return order.answers();
    }

    private Answer syncs(Contender store) throws IOException, InterruptedException {
        Path traced = directory.resolve("strace.log");
        finished(order(store, Step.SYNCS, Task.COMMIT),
                List.of("strace", "-f", "-qq", "-e", "trace=" + SyncCalls.TRACED, "-o", traced.toString()));
        Map<String, Double> figures = new LinkedHashMap<>();
        try (Stream<String> lines = Files.lines(traced, StandardCharsets.ISO_8859_1)) {
            SyncCalls.between(Turn.BEGIN_MARK, Turn.END_MARK, lines)
                    .forEach((kind, calls) -> figures.put(kind, (double) calls / Turn.COMMITS));
        }
        Files.delete(traced);
        return new Answer(Step.SYNCS.id(), "", figures);
    }

    /** Lets it write for a while after its first update has returned, and kills it. */
    private void kill(Order order) throws IOException, InterruptedException {
        Path file = UntilKilled.acknowledged(order.where());
        Files.deleteIfExists(file);
        try (Acknowledged versions = new Acknowledged(file, order.count())) {
            Child writer = Child.start(order, directory, List.of());
            long latest = System.nanoTime() + FIRST_UPDATE_WITHIN.toNanos();
            while (writer.isAlive() && versions.isEmpty() && System.nanoTime() < latest) {
                Thread.sleep(10);
            }
            Thread.sleep(Math.max(KILL_AFTER_LEAST, settings.millis()));
            boolean wasAlive = writer.isAlive();
            writer.kill();
            if (!wasAlive) {
                throw new IOException("It ended before it was killed: " + writer.told());
            }
        }
    }

    /** Deletes what a store has made. */
    void delete(Contender store) throws IOException {
        delete(home(store));
        Files.deleteIfExists(UntilKilled.acknowledged(home(store)));
    }

    /** Deletes all that is left. */
    void clean() throws IOException {
        for (Contender store : settings.stores()) {
            delete(store);
        }
        delete(directory.resolve(Turn.OTHER));
        for (String file : List.of("order.json", "answer.json", "turn.log", "strace.log")) {
            Files.deleteIfExists(directory.resolve(file));
        }
    }

    private static void delete(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (Stream<Path> all = Files.walk(tree)) {
                for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
