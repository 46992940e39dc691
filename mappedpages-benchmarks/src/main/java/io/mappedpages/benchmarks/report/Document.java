package io.mappedpages.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A document some parts of which, each between two marks, are written by a report. */
public final class Document {

    private final Path file;
    private String text;

    /**
     * Reads it.
     *
     * @param file where it is
     */
    public Document(Path file) throws IOException {
        this.file = file;
        this.text = Files.readString(file);
    }

    /**
     * Replaces what stands between two marks.
     *
     * @param begin the mark before it
     * @param end the mark behind it
     * @param between what is to stand there
     * @throws IllegalArgumentException if the document does not have both
     */
    public void replace(String begin, String end, String between) {
        int from = text.indexOf(begin);
        int to = text.indexOf(end);
        if (from < 0 || to < from) {
            throw new IllegalArgumentException(file + " has no " + begin + " … " + end);
        }
        text = text.substring(0, from + begin.length()) + "\n" + between + text.substring(to);
    }

    /** Writes it back. */
    public void write() throws IOException {
        Files.writeString(file, text);
    }
}
