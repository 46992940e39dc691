package io.mappedpages.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.HexFormat;

/** Bytes as people read them: where they are, sixteen in hexadecimal, and the letters among them. Equal lines are a star. */
final class HexDump {

    private static final int LINE = 16;
    private static final HexFormat HEX = HexFormat.of();

    private final PrintWriter out;
    private byte[] before = {};
    private boolean skipping;

    HexDump(PrintWriter out) {
        this.out = out;
    }

    /**
     * Prints more bytes.
     *
     * @param offset of the first one
     * @param bytes  which, a multiple of sixteen unless they are the last
     */
    void print(long offset, byte[] bytes) {
        for (int at = 0; at < bytes.length; at += LINE) {
            byte[] line = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + LINE));
            if (!Arrays.equals(line, before)) {
                out.println(line(offset + at, line));
                skipping = false;
            } else if (!skipping) {
                out.println("*");
                skipping = true;
            }
            before = line;
        }
    }

    /** Prints where the bytes end. */
    void end(long offset) {
        out.println(HEX.toHexDigits(offset, 10));
    }

    private static String line(long offset, byte[] bytes) {
        StringBuilder line = new StringBuilder(HEX.toHexDigits(offset, 10)).append(' ');
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < LINE; i++) {
            line.append(i % Long.BYTES == 0 ? " " : "");
            line.append(i < bytes.length ? HEX.toHexDigits(bytes[i]) + " " : "   ");
            if (i < bytes.length) {
                boolean printable = bytes[i] >= ' ' && bytes[i] <= '~';
                letters.append(printable ? (char) bytes[i] : '.');
            }
        }
        return line.append(" |").append(letters).append('|').toString();
    }
}
