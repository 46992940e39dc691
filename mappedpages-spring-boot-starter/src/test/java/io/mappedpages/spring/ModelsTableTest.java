package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/** What docs/starter.md says of its models is shown by tests that there are. */
class ModelsTableTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern TEST = Pattern.compile("`([A-Za-z]+)(?:\\.([A-Za-z]+))?#([A-Za-z0-9]+)`");
    /** What stands in the last column instead of a test. */
    private static final Set<String> NO_TEST = Set.of("not here", "does not apply");

    private final String section = section();

    private static String section() {
        try {
            String document = Files.readString(ROOT.resolve("docs").resolve("starter.md"));
            int begin = document.indexOf("\n## Measured against its models");
            assertThat(begin).isPositive();
            int end = document.indexOf("\n## ", begin + 1);
            return end < 0 ? document.substring(begin) : document.substring(begin, end);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** {@return the cells of each row, without heads} */
    private List<String[]> rows() {
        return section.lines().filter(line -> line.startsWith("| ") && !line.matches("\\| (they have|it has) \\|.*"))
                .map(line -> line.substring(1, line.length() - 1).split("\\|")).toList();
    }

    @Test
    void everyRowNamesATestOrSaysWhyThereIsNone() {
        assertThat(rows()).hasSizeGreaterThan(40).allSatisfy(cells -> {
            assertThat(cells).as("%s", (Object) cells).hasSize(3);
            String last = cells[2].strip();
            if (NO_TEST.contains(last)) {
                assertThat(cells[1].strip()).startsWith(last);
            } else {
                assertThat(last).matches(TEST);
            }
        });
    }

    @Test
    void everyTestThatIsNamedIsThere() throws IOException {
        List<MatchResult> named = TEST.matcher(section).results().toList();
        List<Path> sources = sources();

        assertThat(named).hasSizeGreaterThan(40).allSatisfy(test -> {
            List<Path> files = sources.stream().filter(file -> file.endsWith(test.group(1) + ".java")).toList();
            assertThat(files).as(test.group()).hasSize(1);
            String source = Files.readString(files.getFirst());
            if (test.group(2) != null) {
                assertThat(source).as(test.group()).contains(" class " + test.group(2) + " ");
            }
            int method = source.indexOf(" void " + test.group(3) + "(");
            assertThat(method).as(test.group()).isPositive();
            assertThat(source.substring(source.lastIndexOf("\n\n", method), method)).as(test.group())
                    .containsPattern("@(Test|ParameterizedTest)\\b");
        });
    }

    private static List<Path> sources() throws IOException {
        List<Path> all = new ArrayList<>();
        for (String module : List.of("mappedpages-core", "mappedpages-spring-boot-starter",
                "mappedpages-spring-boot-test", "sample-app")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(all::add);
            }
        }
        return all;
    }
}
