import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Adds up JaCoCo's CSV report and prints one line; run by the build as a single source file. */
class Coverage {

    // Columns of the report: GROUP,PACKAGE,CLASS, then missed and covered of instructions, branches, lines and so on.
    private static final int GROUP = 0;
    private static final int BRANCHES = 5;
    private static final int LINES = 7;

    public static void main(String[] args) throws IOException {
        Path report = Path.of(args[0]);
        if (!Files.exists(report)) {
            System.out.println("Coverage: no report, no tests were run.");
            return;
        }
        var rows = Files.readAllLines(report).stream().skip(1).map(row -> row.split(",")).toList();
        System.out.printf("Coverage of %s: %s of lines, %s of branches%n",
                rows.isEmpty() ? "nothing" : rows.get(0)[GROUP], share(rows, LINES), share(rows, BRANCHES));
    }

    private static String share(Iterable<String[]> rows, int column) {
        long missed = 0;
        long covered = 0;
        for (String[] row : rows) {
            missed += Long.parseLong(row[column]);
            covered += Long.parseLong(row[column + 1]);
        }
        long all = missed + covered;
        return all == 0 ? "none" : String.format(Locale.ROOT, "%.1f %% (%d of %d)", 100.0 * covered / all, covered, all);
    }
}
