package io.mappedpages.comparison.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

import io.mappedpages.benchmarks.report.Document;
import io.mappedpages.comparison.measure.Results;
import io.mappedpages.comparison.measure.Step;

/**
 * Writes the tables of {@code docs/benchmarks.md} that are about other stores, and a plot beside it for each workload that has
 * rates. Arguments: the directory of the documents, and the file with the results.
 */
public final class ComparisonReport {

    private static final String BEGIN = "<!-- comparison: written by ComparisonReport -->";
    private static final String END = "<!-- end of comparison -->";

    private ComparisonReport() {
    }

    /** Runs it. */
    public static void main(String[] arguments) throws IOException {
        write(Path.of(arguments[0]), Results.read(Path.of(arguments[1])));
    }

    static void write(Path documents, Results results) throws IOException {
        Document page = new Document(documents.resolve("benchmarks.md"));
        Medians medians = new Medians(results.measurements());
        StringBuilder text = new StringBuilder();
        for (Step step : Tables.RATES) {
            if (medians.has(step)) {
                String plot = "comparison-" + step.id() + ".svg";
                Files.writeString(documents.resolve(plot), Bars.of(medians, step));
                text.append(String.format(Locale.ROOT, "%n![%s](%s)%n", Tables.words(step), plot));
            }
        }
        page.replace(BEGIN, END, text + new Tables(results).text());
        page.write();
    }
}
