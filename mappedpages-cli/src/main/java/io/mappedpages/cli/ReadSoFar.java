package io.mappedpages.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How many bytes this process has read by system calls, as Linux counts it. So progress of a check can be shown without the check
 * knowing of it: it reads what it checks, and nothing else reads much meanwhile.
 */
final class ReadSoFar {

    private static final Path COUNTERS = Path.of("/proc/self/io");
    private static final String READ = "rchar: ";

    private ReadSoFar() {
    }

    /** {@return bytes, or -1 where they are not counted} */
    static long bytes() {
        try {
            return Files.readAllLines(COUNTERS).stream().filter(line -> line.startsWith(READ))
                    .mapToLong(line -> Long.parseLong(line.substring(READ.length()).strip())).findFirst().orElse(-1);
        } catch (IOException | NumberFormatException e) {
            return -1;
        }
    }
}
