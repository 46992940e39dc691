package io.mappedpages.cli;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

import io.mappedpages.PageUse;

/** The map of a file as a picture: cells in rows from the upper left on, and below them what the colours mean. */
final class MapPicture {

    private static final int SIDE = 1024;
    private static final int MOST_IN_A_ROW = 512;
    private static final int MARGIN = 16;
    private static final int LETTERS = 2;
    private static final int LEGEND_LINE = 22;
    private static final int SWATCH = 14;
    private static final int PAPER = 0xFFFFFF;
    private static final int INK = 0x333333;
    private static final int RED = 16;
    private static final int GREEN = 8;
    private static final int BYTE = 0xFF;

    private MapPicture() {
    }

    /** {@return how many cells a picture can show} */
    static int mostCells() {
        return MOST_IN_A_ROW * MOST_IN_A_ROW;
    }

    static void write(Cells cells, String title, Path file) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (!ImageIO.write(picture(cells, title), "png", bytes)) {
            throw new IOException("this JDK has no writer for PNG");
        }
        Files.write(file, bytes.toByteArray());
    }

    static BufferedImage picture(Cells cells, String title) {
        int columns = Math.clamp((int) Math.ceil(Math.sqrt(cells.count())), 1, MOST_IN_A_ROW);
        int rows = Math.ceilDiv(cells.count(), columns);
        int size = Math.max(2, SIDE / columns);
        int width = 2 * MARGIN + Math.max(columns * size, SIDE / 2);
        int mapTop = MARGIN + LEGEND_LINE;
        int legendTop = mapTop + rows * size + MARGIN;
        BufferedImage image = new BufferedImage(width, legendTop + (PageUse.values().length + 1) * LEGEND_LINE,
                BufferedImage.TYPE_INT_RGB);
        fill(image, 0, 0, width, image.getHeight(), PAPER);
        PixelText.draw(image, MARGIN, MARGIN, LETTERS, INK, title);
        int gap = size > 4 ? 1 : 0;
        for (int cell = 0; cell < cells.count(); cell++) {
            fill(image, MARGIN + cell % columns * size, mapTop + cell / columns * size, size - gap, size - gap,
                    colour(cells, cell));
        }
        legend(image, cells, legendTop);
        return image;
    }

    private static void legend(BufferedImage image, Cells cells, int top) {
        int y = top;
        for (PageUse use : PageUse.values()) {
            fill(image, MARGIN, y, SWATCH, SWATCH, colour(use));
            PixelText.draw(image, MARGIN + SWATCH + LETTERS * 4, y + 2, LETTERS, INK, Uses.name(use));
            y += LEGEND_LINE;
        }
        String each = cells.pagesEach() == 1 ? "a square is a page"
                : "a square is " + cells.pagesEach() + " pages, their colours mixed";
        PixelText.draw(image, MARGIN, y + 2, LETTERS, INK, each);
    }

    private static void fill(BufferedImage image, int left, int top, int width, int height, int colour) {
        for (int y = top; y < top + height; y++) {
            for (int x = left; x < left + width; x++) {
                image.setRGB(x, y, colour);
            }
        }
    }

    /** The colours of all pages of a cell, mixed: so one sees how much of it is free. */
    private static int colour(Cells cells, int cell) {
        double red = 0;
        double green = 0;
        double blue = 0;
        double all = 0;
        for (PageUse use : PageUse.values()) {
            double count = cells.of(cell, use);
            int colour = colour(use);
            red += count * (colour >> RED & BYTE);
            green += count * (colour >> GREEN & BYTE);
            blue += count * (colour & BYTE);
            all += count;
        }
        if (all == 0) {
            return colour(PageUse.FREE);
        }
        return (int) Math.round(red / all) << RED | (int) Math.round(green / all) << GREEN
                | (int) Math.round(blue / all);
    }

    static int colour(PageUse use) {
        return switch (use) {
            case FREE -> 0xE4E4E4;
            case REGULAR -> 0x3B78C4;
            case PROTECTED -> 0x2E9E5B;
            case INTERNAL -> 0xD9A21B;
            case JOURNAL -> 0x9B59B6;
            case UNKNOWN -> 0xD03A2B;
        };
    }
}
