package io.mappedpages.comparison.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** A table of Markdown, in which the best figure of a column is set in bold. */
final class Table {

    /** Which figure of a column is the best. */
    enum Best {
        HIGHEST, LOWEST, NONE
    }

    private record Cell(String text, double figure, boolean competes) {
        static final Cell EMPTY = new Cell("–", Double.NaN, false);
    }

    private final Best best;
    private final List<String> columns = new ArrayList<>();
    private final List<List<Cell>> rows = new ArrayList<>();

    Table(Best best, String... columns) {
        this.best = best;
        this.columns.addAll(List.of(columns));
    }

    void column(String name) {
        columns.add(name);
    }

    /** Begins a row. */
    void row(String name) {
        rows.add(new ArrayList<>(List.of(new Cell(name, Double.NaN, false))));
    }

    /** Adds a figure to the row. One that does not compete, like a baseline, is never the best. */
    void figure(OptionalDouble figure, boolean competes) {
        cell(figure.isPresent() ? new Cell(number(figure.getAsDouble()), figure.getAsDouble(), competes) : Cell.EMPTY);
    }

    /** Adds words to the row. */
    void words(String words) {
        cell(words.isEmpty() ? Cell.EMPTY : new Cell(words, Double.NaN, false));
    }

    private void cell(Cell cell) {
        rows.getLast().add(cell);
    }

    /** {@return the Markdown} */
    String text() {
        StringBuilder text = new StringBuilder("\n| " + String.join(" | ", columns) + " |\n");
        text.append("|---".repeat(columns.size())).append("|\n");
        for (List<Cell> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                Cell cell = row.get(i);
                text.append("| ").append(isBest(cell, i) ? "**" + cell.text + "**" : cell.text).append(' ');
            }
            text.append("|\n");
        }
        return text.append('\n').toString();
    }

    private boolean isBest(Cell cell, int column) {
        if (best == Best.NONE || !cell.competes) {
            return false;
        }
        double limit = cell.figure;
        return rows.stream().map(row -> row.get(column)).filter(Cell::competes)
                .allMatch(other -> best == Best.HIGHEST ? other.figure <= limit : other.figure >= limit);
    }

    /** {@return a figure with three digits or more} */
    static String number(double figure) {
        return String.format(Locale.ROOT, figure >= 100 ? "%,.0f" : figure >= 10 ? "%.1f" : "%.2f", figure);
    }
}
