package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.mappedpages.testing.ChildJvm;
import io.mappedpages.testing.QuietLog;
import io.mappedpages.testing.Shell;

/**
 * On Unix a file's name is bytes, which a user's encoding may or may not be able to say. A second descriptor was once opened
 * by the name in UTF-8 where the user's encoding was Latin-1: another file was grown and synced instead of ours. A name
 * that is no UTF-8 made an empty stray file, and with {@code LC_ALL=C} there was a raw {@code InvalidPathException}.
 */
@Timeout(120)
class FileNamesTest {

    private static final String ASCII = "books.pages";
    private static final String UTF_8 = "b%C3%BCcher.pages";
    private static final String LATIN_1 = "b%FCcher.pages";
    private static final String NEITHER_TEXT = "no%FF%FEtext%0A.pages";
    private static final List<String> NAMES = List.of(ASCII, UTF_8, LATIN_1, NEITHER_TEXT);

    @TempDir
    private Path directory;

    @BeforeEach
    void onlyOnLinux() {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "names are bytes on Linux");
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8", "en_US.ISO-8859-1"})
    void withNativeAccessEveryNameIsTheRightFile(String locale) throws IOException {
        assertThat(outcomes(locale, List.of("--enable-native-access=ALL-UNNAMED")))
                .containsExactlyInAnyOrder(ASCII + " fine", UTF_8 + " fine", LATIN_1 + " fine", NEITHER_TEXT + " fine");
        assertThat(names()).hasSize(2 * NAMES.size()).allMatch(
                name -> NAMES.contains(name) || NAMES.contains(name.replaceAll("\\.lock$", "")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8", "en_US.ISO-8859-1"})
    void withoutItANameThatTheEncodingCannotSayIsRefusedAndNothingIsMade(String locale) throws IOException {
        List<String> possible = switch (locale) {
            case "C" -> List.of(ASCII);
            case "C.UTF-8" -> List.of(ASCII, UTF_8);
            default -> NAMES; // in Latin-1 all bytes are text
        };
        List<String> expected = NAMES.stream().map(name -> name + (possible.contains(name) ? " fine" : " refused"))
                .toList();
        assertThat(outcomes(locale, List.of())).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(names()).hasSize(2 * possible.size()).allMatch(
                name -> possible.contains(name) || possible.contains(name.replaceAll("\\.lock$", "")));
    }

    /** The refused name is that of a file that is there, with content. */
    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8"})
    void aFileThatIsThereIsNotTouchedWhenItsNameCannotBeSaid(String locale) throws IOException {
        Path path = Path.of(URI.create("file://" + directory + "/" + LATIN_1));
        Files.writeString(path, "precious");
        try (ChildJvm child = ChildJvm.startWith(List.of(), Map.of("LC_ALL", locale), Opening.class, directory,
                LATIN_1)) {
            assertThat(child.readToEnd()).containsExactly(LATIN_1 + " refused", "exit 0");
        }
        assertThat(path).hasContent("precious");
        assertThat(names()).containsExactly(LATIN_1);
    }

    private List<String> outcomes(String locale, List<String> options) {
        Map<String, String> environment = Map.of("LC_ALL", locale);
        if (locale.startsWith("en_US")) {
            Path locales = directory.resolveSibling(directory.getFileName() + "-locales");
            String refusal = Shell.refusal("localedef", "-i", "en_US", "-f", "ISO-8859-1",
                    makeDirectory(locales).resolve(locale).toString());
            assumeTrue(refusal.isEmpty(), () -> "cannot make a locale: " + refusal);
            environment = Map.of("LC_ALL", locale, "LOCPATH", locales.toString());
        }
        List<Object> arguments = new ArrayList<>(List.of(directory));
        arguments.addAll(NAMES);
        try (ChildJvm child = ChildJvm.startWith(options, environment, Opening.class, arguments.toArray())) {
            List<String> lines = child.readToEnd();
            assertThat(lines).last().isEqualTo("exit 0");
            return lines.subList(0, lines.size() - 1);
        }
    }

    private static Path makeDirectory(Path path) {
        try {
            return Files.createDirectories(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names in the directory, in percent notation. */
    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.toUri().getRawPath()).map(raw -> raw.substring(raw.lastIndexOf('/') + 1))
                    .toList();
        }
    }

    /** Runs in another process: arguments are a directory and names in percent notation, of files to make and open. */
    static final class Opening {

        public static void main(String[] args) throws IOException {
            QuietLog.use();
            Map<Path, Long> sizes = new LinkedHashMap<>();
            for (int i = 1; i < args.length; i++) {
                Path path = Path.of(URI.create("file://" + args[0] + "/" + args[i]));
                System.out.println(args[i] + " " + outcome(path, i));
                if (Files.exists(path)) {
                    sizes.put(path, Files.size(path));
                }
            }
            for (Map.Entry<Path, Long> entry : sizes.entrySet()) {
                if (Files.size(entry.getKey()) != entry.getValue()) {
                    System.out.println(entry.getKey().toUri() + " was changed in the place of another");
                }
            }
        }

        private static String outcome(Path path, int number) {
            try {
                PageId id;
                try (Pager pager = Pager.builder(path).openOrCreate()) {
                    id = Pages.filled(pager, 1);
                }
                try (Pager pager = Pager.open(path)) {
                    Pages.assertFilled(pager, id, 1);
                    pager.allocBulk(1000 * number); // grows to a length of its own
                }
                return "fine";
            } catch (PagerIoException e) {
                return e.getMessage().contains("its name cannot be expressed in this JVM's encoding") ? "refused"
                        : e.getMessage();
            }
        }
    }
}
