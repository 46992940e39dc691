package io.mappedpages.comparison.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

import io.mappedpages.comparison.measure.Callers;
import io.mappedpages.comparison.measure.Figures;
import io.mappedpages.comparison.measure.Measurement;
import io.mappedpages.comparison.measure.Results;
import io.mappedpages.comparison.measure.Step;
import io.mappedpages.comparison.report.Table.Best;
import io.mappedpages.comparison.store.Contender;

/** What was measured, in tables. */
final class Tables {

    /** For these there is a table of rates, and a plot. */
    static final List<Step> RATES = List.of(Step.UPDATE, Step.INSERT, Step.MIXED, Step.WORD, Step.COPY);

    private final Results results;
    private final Medians medians;

    Tables(Results results) {
        this.results = results;
        this.medians = new Medians(results.measurements());
    }

    /** {@return what a rate is called} */
    static String words(Step step) {
        return switch (step) {
            case UPDATE -> "Durable updates a second";
            case INSERT -> "Durable inserts a second";
            case MIXED -> "Mixed calls a second (95 of 100 copy a value, 5 replace one durably)";
            case WORD -> "Reads of eight bytes a second";
            case COPY -> "Copies of a value a second";
            default -> throw new IllegalArgumentException(step + " has no rate");
        };
    }

    /** {@return all of it} */
    String text() {
        StringBuilder text = new StringBuilder("\n").append(origin());
        for (Step step : RATES) {
            if (medians.has(step)) {
                text.append("\n**").append(words(step)).append("**, by callers:\n").append(rates(step));
            }
        }
        latencies(text, Step.UPDATE, Figures.COMMIT, "a durable update");
        latencies(text, Step.INSERT, Figures.COMMIT, "a durable insert");
        latencies(text, Step.MIXED, Figures.COMMIT, "a durable update among reads");
        latencies(text, Step.MIXED, Figures.READ, "a copy among durable updates");
        latencies(text, Step.COPY, Figures.READ, "a copy");
        if (medians.has(Step.UPDATE) || medians.has(Step.SYNCS)) {
            text.append("\n**What a durable update asks of the device**, by callers:\n").append(device());
        }
        text.append("\n**Everything else:**\n").append(others());
        return text.append(ahead()).append(failures()).append('\n').toString();
    }

    private String origin() {
        return "Measured with " + words(results.settings()) + " on " + words(results.machine()) + ". Versions: "
                + words(results.versions())
                + ". Medians of the rounds; the best of each column in bold, the raw file aside.\n";
    }

    private static String words(Map<String, String> of) {
        return of.entrySet().stream().map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    private static boolean competes(Contender store) {
        return store != Contender.RAW;
    }

    private Table byCallers(Step step, Best best) {
        Table table = new Table(best, "store");
        medians.callers(step).forEach(callers -> table.column(callers.words()));
        return table;
    }

    private String rates(Step step) {
        Table table = byCallers(step, Best.HIGHEST);
        for (Contender store : medians.stores()) {
            table.row(store.words());
            for (Callers callers : medians.callers(step)) {
                table.figure(medians.of(store, step, callers, Figures.PER_SECOND), competes(store));
            }
        }
        return table.text();
    }

    private void latencies(StringBuilder text, Step step, String kind, String what) {
        if (!medians.has(step)) {
            return;
        }
        Table table = byCallers(step, Best.NONE);
        for (Contender store : medians.stores()) {
            table.row(store.words());
            for (Callers callers : medians.callers(step)) {
                List<String> three = new ArrayList<>();
                for (String percentile : List.of(Figures.P50, Figures.P99, Figures.P999)) {
                    medians.of(store, step, callers, kind + percentile)
                            .ifPresent(micros -> three.add(Table.number(micros)));
                }
                table.words(String.join(" / ", three));
            }
        }
        text.append("\n**Microseconds of ").append(what)
                .append("**, half of them / 99 of 100 / 999 of 1,000, by callers:\n").append(table.text());
    }

    private String device() {
        List<Callers> callers = medians.callers(Step.UPDATE);
        Table table = new Table(Best.NONE, "store", "calls that sync, a commit");
        callers.forEach(some -> table.column("flushes a commit, " + some.words()));
        callers.forEach(some -> table.column("KiB a commit, " + some.words()));
        for (Contender store : medians.stores()) {
            table.row(store.words());
            table.words(medians.all(store, Step.SYNCS).entrySet().stream()
                    .map(entry -> Table.number(entry.getValue()) + " " + entry.getKey())
                    .collect(Collectors.joining(", ")));
            callers.forEach(some -> table.figure(medians.of(store, Step.UPDATE, some, Figures.FLUSHES), false));
            callers.forEach(some -> table.figure(medians.of(store, Step.UPDATE, some, Figures.KIB), false));
        }
        return table.text();
    }

    private String others() {
        Table table = new Table(Best.NONE, "store", "bulk load, MiB/s", "replacing all in bulk, MiB/s",
                "reading all in order, MiB/s", "MiB on the disk after that", "open after close, ms",
                "open after a kill, ms", "updates acknowledged before it", "values lost by it");
        for (Contender store : medians.stores()) {
            table.row(store.words());
            table.figure(medians.of(store, Step.LOAD, Figures.LOAD), false);
            table.figure(medians.of(store, Step.LOAD, Figures.RELOAD), false);
            table.figure(medians.of(store, Step.SUM, Figures.MIB_PER_SECOND), false);
            table.figure(medians.of(store, Step.LOAD, Figures.MIB_ON_DISK), false);
            table.figure(medians.of(store, Step.OPEN, Figures.MILLIS), false);
            table.figure(medians.of(store, Step.KILL, Figures.MILLIS), false);
            table.words(whole(medians.of(store, Step.KILL, Figures.ACKNOWLEDGED)));
            table.words(whole(medians.of(store, Step.KILL, Figures.LOST)));
        }
        return table.text();
    }

    private static String whole(OptionalDouble number) {
        return number.isPresent() ? String.format(Locale.ROOT, "%,.0f", number.getAsDouble()) : "";
    }

    /** Where another store is ahead of protected pages is not left to the reader to find. */
    private String ahead() {
        List<String> lines = new ArrayList<>();
        for (Step step : RATES) {
            for (Callers callers : medians.callers(step)) {
                OptionalDouble own = medians.of(Contender.MAPPEDPAGES, step, callers, Figures.PER_SECOND);
                for (Contender store : medians.stores()) {
                    OptionalDouble other = medians.of(store, step, callers, Figures.PER_SECOND);
                    if (isOther(store) && own.isPresent() && other.isPresent()
                            && other.getAsDouble() > own.getAsDouble()) {
                        lines.add(String.format(Locale.ROOT, "| %s | %s | %s | %.2f times |%n", words(step),
                                callers.words(), store.words(), other.getAsDouble() / own.getAsDouble()));
                    }
                }
            }
        }
        if (lines.isEmpty()) {
            return "";
        }
        return "\n**Where another store is ahead** of protected pages:\n\n| what | callers | store | its rate |\n"
                + "|---|---|---|---|\n" + String.join("", lines);
    }

    private static boolean isOther(Contender store) {
        return store != Contender.MAPPEDPAGES && store != Contender.REGULAR && store != Contender.RAW;
    }

    private String failures() {
        List<Measurement> failed = results.measurements().stream().filter(one -> !one.failure().isEmpty()).toList();
        if (failed.isEmpty()) {
            return "";
        }
        return "\n**What failed:**\n\n" + failed.stream()
                .map(one -> "- " + Contender.of(one.store()).words() + ", " + one.workload() + ", round " + one.round()
                        + ": " + one.failure().lines().findFirst().orElse("") + "\n")
                .collect(Collectors.joining());
    }
}
