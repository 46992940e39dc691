package io.mappedpages.benchmarks.report;

import java.util.List;
import java.util.Locale;

/** What {@code CallersBenchmark} measured: a line for each number of callers that was run in both commit modes. */
final class CallersTable {

    private final Results results;

    private record Callers(int count, boolean virtual) {
        String words() {
            String number = String.format(Locale.ROOT, "%,d", count);
            return !virtual ? number : count == 1 ? "1, a virtual thread" : number + " virtual threads";
        }
    }

    private static final List<Callers> LINES = List.of(new Callers(1, false), new Callers(4, false),
            new Callers(16, false), new Callers(64, false), new Callers(1_000, false), new Callers(1, true),
            new Callers(64, true), new Callers(1_000, true));

    CallersTable(Results results) {
        this.results = results;
    }

    /** {@return how a run is called in the results} */
    static String name(int callers, String mode, boolean virtual) {
        return "Callers.update(" + callers + "," + mode + "," + virtual + ")";
    }

    /** {@return the table; empty if nothing for it was run} */
    String text() {
        StringBuilder table = new StringBuilder();
        for (Callers line : LINES) {
            String checkpoints = name(line.count, "CHECKPOINT", line.virtual);
            String journal = name(line.count, "JOURNAL", line.virtual);
            if (results.has(checkpoints + "/time") && results.has(journal + "/time")) {
                table.append(String.format(Locale.ROOT, "| %s | %,.0f | %,.0f | %.1f | %.1f | %.1f | %.1f |%n",
                        line.words(),
                        results.of(checkpoints + "/updatesPerSecond"), results.of(journal + "/updatesPerSecond"),
                        results.of(journal + "/timesLone"), results.of(journal + "/updatesPerCommit"),
                        results.of(checkpoints + "/kibPerUpdate"), results.of(journal + "/kibPerUpdate")));
            }
        }
        return table.isEmpty() ? "" : """

                | callers | updates a second with checkpoints | with a journal | times a lone caller | updates in a commit | KiB written an update, checkpoints | journal |
                |---|---|---|---|---|---|---|
                """ + table + "\n";
    }
}
