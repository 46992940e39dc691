package io.mappedpages.comparison.measure;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What was measured on. */
final class Machine {

    private Machine() {
    }

    /** {@return the hardware and the system under a directory} */
    static Map<String, String> words(Path directory) throws IOException {
        Map<String, String> words = new LinkedHashMap<>();
        words.put("processor", line("/proc/cpuinfo", "model name"));
        words.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
        words.put("memory", line("/proc/meminfo", "MemTotal"));
        words.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        words.put("file system", Files.getFileStore(directory).type());
        words.put("java", System.getProperty("java.vm.vendor") + " " + System.getProperty("java.vm.version"));
        return words;
    }

    private static String line(String file, String name) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name)).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).trim()).orElse("");
        } catch (IOException | UncheckedIOException notThere) {
            return "";
        }
    }

    /** {@return the versions of the stores, by their names} */
    static Map<String, String> versions() throws IOException {
        Properties versions = new Properties();
        try (InputStream stored = Objects.requireNonNull(Machine.class.getResourceAsStream("versions.properties"))) {
            versions.load(stored);
        }
        Map<String, String> words = new TreeMap<>();
        versions.forEach((name, version) -> words.put(name.toString(), version.toString()));
        return words;
    }
}
