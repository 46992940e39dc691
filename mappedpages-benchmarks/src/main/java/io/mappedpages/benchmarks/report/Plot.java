package io.mappedpages.benchmarks.report;

import java.util.List;
import java.util.Locale;

/** Bars: how much of each target was used up. */
final class Plot {

    private static final int WIDTH = 900;
    private static final int LEFT = 470;
    private static final int LINE = 28;
    private static final int TOP = 50;
    /** Where a bar ends that has just reached its target. */
    private static final int TARGET = 220;
    /** Longer bars are cut off here. */
    private static final double MOST = 1.8;

    private Plot() {
    }

    /** {@return the drawing of all lines that have a target} */
    static String of(List<Report.Row> rows) {
        List<Report.Row> drawn = rows.stream().filter(row -> !Double.isNaN(row.used())).toList();
        int height = TOP + LINE * drawn.size() + 20;
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(Locale.ROOT, """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">
                <title>How much of each target is used up</title>
                <style>text { font: 12px sans-serif; fill: #333 } .what { text-anchor: end }
                .used { stroke: #fff; stroke-width: 4px; paint-order: stroke }</style>
                <rect width="100%%" height="100%%" fill="#fff"/>
                <text x="%d" y="20">measured, as a share of what is allowed (the line is the target)</text>
                """, WIDTH, height, WIDTH, height, LEFT - 120));
        svg.append(String.format(Locale.ROOT,
                "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#333\" stroke-dasharray=\"4 3\"/>\n",
                LEFT + TARGET, TOP - 12, LEFT + TARGET, height - 14));
        for (int i = 0; i < drawn.size(); i++) {
            Report.Row row = drawn.get(i);
            int y = TOP + LINE * i;
            boolean reached = row.used() <= 1;
            double width = Math.max(1, Math.min(row.used(), MOST) * TARGET);
            svg.append(String.format(Locale.ROOT, """
                    <text class="what" x="%d" y="%d">%s</text>
                    <rect x="%d" y="%d" width="%.1f" height="16" fill="%s"/>
                    <text class="used" x="%.1f" y="%d">%.2f</text>
                    """, LEFT - 8, y + 13, escaped(shortened(row.what())), LEFT, y, width,
                    reached ? "#3a7d44" : "#b3392f", LEFT + width + 5, y + 13, row.used()));
        }
        return svg.append("</svg>\n").toString();
    }

    private static String shortened(String what) {
        String plain = what.replace("`", "");
        return plain.length() <= 78 ? plain : plain.substring(0, 77) + "…";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
