package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Configuration;

import io.mappedpages.MappedPageException;
import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.testing.ChildJvm;
import io.mappedpages.testing.PageFiles;

/** A process ends in the middle of its work: the application is closed by its shutdown hook, and the file with it. */
@Timeout(180)
class EndOfTheProcessTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final Path file = files.path();

    /** Allocates pages, and tells their numbers, until it is ended. */
    static final class Application {

        @Configuration(proxyBeanMethods = false)
        @EnableAutoConfiguration
        static class Beans {
        }

        public static void main(String[] arguments) {
            var context = new SpringApplicationBuilder(Beans.class).web(WebApplicationType.NONE)
                    .run("--mappedpages.path=" + arguments[0], ClosedFile.JOURNAL);
            Pager pager = context.getBean(Pager.class);
            if (arguments[1].equals("exits")) {
                Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 10; i++) {
                        tell(pager.alloc());
                    }
                    System.exit(3);
                });
            }
            try {
                while (true) {
                    tell(pager.alloc());
                }
            } catch (MappedPageException e) {
                System.out.println("refused: " + e.getClass().getSimpleName());
            }
        }

        private static void tell(PageId page) {
            System.out.println("page " + page.number());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"is terminated", "exits"})
    void whatItWasToldIsThereAndNothingHasToBeRecovered(String how) {
        List<String> lines = new ArrayList<>();
        try (ChildJvm child = ChildJvm.startWithOptions(List.of("-Xmx128m", "-Dspring.devtools.restart.enabled=false"),
                Application.class, file, how)) {
            while (lines.stream().filter(line -> line.startsWith("page ")).count() < 10) {
                String line = child.readLine();
                assertThat(line).as("%s", lines).isNotNull();
                lines.add(line);
            }
            if (how.equals("is terminated")) {
                child.terminate();
            }
            lines.addAll(child.readToEnd());
        }

        assertThat(lines).anyMatch(line -> line.contains("Closing pager 'pager' on " + file));
        assertThat(lines).last().isEqualTo("exit " + (how.equals("exits") ? 3 : 128 + 15));
        ClosedFile.assertThatItWasClosed(file);
        try (Pager again = Pager.open(file)) {
            assertThat(again.allocatedPages().map(PageId::number)).containsAll(
                    lines.stream().filter(line -> line.startsWith("page ")).map(line -> Long.valueOf(line.substring(5)))
                            .toList());
        }
    }
}
