package io.mappedpages.cli;

import java.awt.image.BufferedImage;
import java.util.Locale;

/** Letters of three by five points: a JDK draws others only where the system has fonts, which a container often has not. */
final class PixelText {

    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,-_:/%";
    /** Fifteen bits a letter, row by row, the upper left first. */
    private static final int[] POINTS =
            {0x2BED, 0x6BAE, 0x3923, 0x6B6E, 0x79A7, 0x79A4, 0x396B, 0x5BED, 0x7497, 0x126A, 0x5BAD, 0x4927,
                0x5FED, 0x6B6D, 0x2B6A, 0x6BA4, 0x2B73, 0x6BAD, 0x388E, 0x7492, 0x5B6F, 0x5B6A, 0x5BFD, 0x5AAD,
                0x5A92, 0x72A7, 0x7B6F, 0x2C97, 0x62A7, 0x628E, 0x5BC9, 0x798E, 0x39EF, 0x7292, 0x7BEF, 0x7BCE,
                0x0002, 0x0014, 0x01C0, 0x0007, 0x0410, 0x12A4, 0x52A5};
    private static final int WIDTH = 3;
    private static final int HEIGHT = 5;

    private PixelText() {
    }

    /** Draws capitals from a point on to the right, as far as the picture goes. What is no known letter is a gap. */
    static void draw(BufferedImage image, int left, int top, int scale, int colour, String text) {
        int x = left;
        for (char letter : text.toUpperCase(Locale.ROOT).toCharArray()) {
            int known = LETTERS.indexOf(letter);
            if (known >= 0) {
                letter(image, x, top, scale, colour, POINTS[known]);
            }
            x += (WIDTH + 1) * scale;
        }
    }

    private static void letter(BufferedImage image, int left, int top, int scale, int colour, int points) {
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            if ((points >> (WIDTH * HEIGHT - 1 - i) & 1) != 0) {
                square(image, left + i % WIDTH * scale, top + i / WIDTH * scale, scale, colour);
            }
        }
    }

    private static void square(BufferedImage image, int left, int top, int size, int colour) {
        for (int y = top; y < Math.min(image.getHeight(), top + size); y++) {
            for (int x = left; x < Math.min(image.getWidth(), left + size); x++) {
                image.setRGB(x, y, colour);
            }
        }
    }
}
