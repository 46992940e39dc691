package io.mappedpages.comparison.report;

import java.util.Locale;
import java.util.OptionalDouble;

import io.mappedpages.comparison.measure.Callers;
import io.mappedpages.comparison.measure.Figures;
import io.mappedpages.comparison.measure.Step;
import io.mappedpages.comparison.store.Contender;

/** Bars of a workload's rates: a group for each number of callers, a bar for each store. Each group has its own scale. */
final class Bars {

    private static final int WIDTH = 900;
    private static final int LEFT = 230;
    private static final int LONGEST = 560;
    private static final int BAR = 14;
    private static final int HEAD = 26;
    private static final int TOP = 34;

    private final Medians medians;
    private final Step workload;
    private final StringBuilder svg = new StringBuilder();
    private int y = TOP;

    private Bars(Medians medians, Step workload) {
        this.medians = medians;
        this.workload = workload;
    }

    /** {@return the drawing} */
    static String of(Medians medians, Step workload) {
        return new Bars(medians, workload).text();
    }

    private String text() {
        for (Callers callers : medians.callers(workload)) {
            group(callers);
        }
        String title = escaped(Tables.words(workload));
        return String.format(Locale.ROOT, """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">
                <title>%s</title>
                <style>text { font: 12px sans-serif; fill: #333 } .what { text-anchor: end } .head { font-weight: bold }</style>
                <rect width="100%%" height="100%%" fill="#fff"/>
                <text class="head" x="8" y="20">%s</text>
                """, WIDTH, y + 10, WIDTH, y + 10, title, title) + svg + "</svg>\n";
    }

    private void group(Callers callers) {
        double most = medians.stores().stream().map(store -> rate(store, callers)).filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble).max().orElse(1);
        svg.append(String.format(Locale.ROOT, "<text class=\"head what\" x=\"%d\" y=\"%d\">%s</text>\n", LEFT - 8,
                y + HEAD - 8, escaped(callers.words() + (callers.count() == 1 ? " caller" : " callers"))));
        y += HEAD;
        for (Contender store : medians.stores()) {
            OptionalDouble rate = rate(store, callers);
            if (rate.isPresent()) {
                double width = Math.max(1, rate.getAsDouble() / most * LONGEST);
                svg.append(String.format(Locale.ROOT, """
                        <text class="what" x="%d" y="%d">%s</text>
                        <rect x="%d" y="%d" width="%.1f" height="%d" fill="%s"/>
                        <text x="%.1f" y="%d">%s</text>
                        """, LEFT - 8, y + 11, escaped(store.words()), LEFT, y, width, BAR - 2, color(store),
                        LEFT + width + 5, y + 11, Table.number(rate.getAsDouble())));
                y += BAR;
            }
        }
    }

    private OptionalDouble rate(Contender store, Callers callers) {
        return medians.of(store, workload, callers, Figures.PER_SECOND);
    }

    private static String color(Contender store) {
        return switch (store) {
            case MAPPEDPAGES -> "#3a7d44";
            case REGULAR -> "#8fbf97";
            case RAW -> "#bbb";
            default -> "#4a6fa5";
        };
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
