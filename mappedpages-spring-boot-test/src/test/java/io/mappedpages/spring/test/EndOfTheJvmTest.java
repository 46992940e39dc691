package io.mappedpages.spring.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextManager;

import io.mappedpages.Pager;

/** The test framework closes the contexts that it keeps when the JVM ends, and nothing of them is left then. */
class EndOfTheJvmTest {

    @TempDir
    private Path temporary;

    @ContextConfiguration(classes = PageFilesOfContextsTest.Nothing.class)
    @AutoConfigureMappedPages
    static class Kept {
    }

    /** The other JVM. */
    static final class Main {

        private Main() {
        }

        public static void main(String[] args) {
            Pager pager = new TestContextManager(Kept.class).getTestContext().getApplicationContext()
                    .getBean(Pager.class);
            GenericApplicationContext neverStarted = new GenericApplicationContext();
            new TestPagers().customizeContext(neverStarted,
                    new MergedContextConfiguration(Kept.class, null, null, null, null));
            Path path = Path.of(neverStarted.getEnvironment().getRequiredProperty("mappedpages.path"));
            if (Files.exists(pager.path()) && Files.exists(path.getParent())) {
                System.out.println("both were there");
            }
            System.exit(0);
        }
    }

    @Test
    void nothingIsLeftOfAContextThatIsKeptNorOfOneThatNeverStarted() throws Exception {
        Path output = temporary.resolve("output");
        Path files = Files.createDirectory(temporary.resolve("files"));
        Process process = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(),
                "-Djava.io.tmpdir=" + files, "--enable-native-access=ALL-UNNAMED",
                "-cp", System.getProperty("java.class.path"), Main.class.getName())
                .redirectErrorStream(true).redirectOutput(output.toFile()).start();

        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();

        assertThat(output).content().contains("both were there");
        try (Stream<Path> left = Files.list(files)) {
            assertThat(left.filter(path -> path.getFileName().toString().startsWith("mappedpages-"))).isEmpty();
        }
    }
}
