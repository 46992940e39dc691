package io.mappedpages.cli;

import java.io.PrintWriter;
import java.util.Locale;

import picocli.CommandLine.Help.Ansi;

import io.mappedpages.PageUse;

/** The map of a file in letters. */
final class MapText {

    private MapText() {
    }

    /** Prints the cells, so many in a line. */
    static void print(Cells cells, int width, Ansi ansi, PrintWriter out) {
        for (int from = 0; from < cells.count(); from += width) {
            int to = Math.min(cells.count(), from + width);
            StringBuilder line = new StringBuilder();
            for (int cell = from; cell < to;) {
                PageUse use = cells.mostOf(cell);
                StringBuilder run = new StringBuilder();
                while (cell < to && cells.mostOf(cell) == use) {
                    run.append(cells.isPure(cell) ? letter(use) : mixed(use));
                    cell++;
                }
                line.append(ansi.string("@|" + style(use) + " " + run + "|@"));
            }
            out.println(line);
        }
    }

    static String letter(PageUse use) {
        return switch (use) {
            case FREE -> ".";
            case REGULAR -> "R";
            case PROTECTED -> "P";
            case INTERNAL -> "I";
            case JOURNAL -> "J";
            case UNKNOWN -> "?";
        };
    }

    private static String mixed(PageUse use) {
        return use == PageUse.FREE ? "," : letter(use).toLowerCase(Locale.ROOT);
    }

    private static String style(PageUse use) {
        return switch (use) {
            case FREE -> "faint";
            case REGULAR -> "blue";
            case PROTECTED -> "green";
            case INTERNAL -> "yellow";
            case JOURNAL -> "magenta";
            case UNKNOWN -> "red";
        };
    }

    static void printLegend(Cells cells, PrintWriter out) {
        out.println(". free   R regular   P copies of protected pages   I internal   J journal   ? cannot be told");
        if (cells.pagesEach() > 1) {
            out.println("A letter is " + Units.count(cells.pagesEach())
                    + " neighbouring pages. Small ones, and the comma, are of "
                    + "several uses, and say the one that most have.");
        }
    }
}
