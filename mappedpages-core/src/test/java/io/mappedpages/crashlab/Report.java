package io.mappedpages.crashlab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A table of what was tried: printed, and left in {@code target/crash-lab} in the form in which documents have it. */
final class Report {

    private static final Path DIRECTORY = Path.of("target", "crash-lab");

    private final String name;
    private final List<List<String>> rows = new ArrayList<>();

    /** @param name of the file to write, without its ending */
    Report(String name, String... columns) {
        this.name = name;
        rows.add(List.of(columns));
    }

    Report row(String... cells) {
        rows.add(List.of(cells));
        return this;
    }

    static String number(long number) {
        return String.format("%,d", number);
    }

    void write() {
        StringBuilder table = new StringBuilder();
        for (int i = 0; i < rows.size(); i++) {
            table.append("| ").append(String.join(" | ", rows.get(i))).append(" |\n");
            if (i == 0) {
                table.append("|").append("---|".repeat(rows.get(0).size())).append('\n');
            }
        }
        System.out.print(table);
        try {
            Files.createDirectories(DIRECTORY);
            Files.writeString(DIRECTORY.resolve(name + ".md"), table);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
