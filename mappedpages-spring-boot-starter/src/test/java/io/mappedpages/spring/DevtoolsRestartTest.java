package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.devtools.restart.Restarter;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import io.mappedpages.Pager;
import io.mappedpages.testing.ChildJvm;
import io.mappedpages.testing.PageFiles;

/**
 * Devtools closes an application and starts it anew in the same JVM, with its classes loaded again: those of the application, as a
 * rule, and those of mappedpages too where they are in the same workspace.
 */
@Timeout(180)
class DevtoolsRestartTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final Path file = files.path();

    @TempDir
    private Path directory;

    /** Allocates a page, tells what it sees, and has itself restarted, twice. */
    static final class Application {

        @Configuration(proxyBeanMethods = false)
        @EnableAutoConfiguration
        static class Beans {

            private final Pager pager;

            Beans(Pager pager) {
                this.pager = pager;
            }

            @EventListener(ApplicationReadyEvent.class)
            void ready() {
                long before = pager.allocatedPages().count();
                pager.alloc();
                System.out.println("run " + before + ", application " + isRestarted(Application.class) + ", pager "
                        + isRestarted(Pager.class) + ", recovered " + pager.recovery().isPresent());
                if (before == 0) {
                    // In what no restart changes.
                    System.getProperties().put("first", new WeakReference<>(pager));
                }
                Thread.ofPlatform().start(before < 2 ? Restarter.getInstance()::restart : Beans::end);
            }

            private static void end() {
                WeakReference<?> first = (WeakReference<?>) System.getProperties().get("first");
                for (int i = 0; first.get() != null && i < 200; i++) {
                    System.gc();
                    LockSupport.parkNanos(10_000_000);
                }
                System.out.println("first pager forgotten " + (first.get() == null));
                System.exit(0);
            }

            private static boolean isRestarted(Class<?> some) {
                return some.getClassLoader().getClass().getSimpleName().equals("RestartClassLoader");
            }
        }

        public static void main(String[] arguments) {
            new SpringApplicationBuilder(Beans.class).web(WebApplicationType.NONE).run(arguments);
        }
    }

    @ParameterizedTest(name = "mappedpages reloaded too: {0}")
    @ValueSource(booleans = {false, true})
    void anApplicationThatIsRestartedHasItsFileAgain(boolean reloaded) throws IOException {
        List<String> lines;
        try (ChildJvm child = ChildJvm.startWithOptions(List.of("-Xmx256m", "-Xbootclasspath/a:" + settings(reloaded),
                "-XX:SoftRefLRUPolicyMSPerMB=0"), Application.class, "--mappedpages.path=" + file,
                ClosedFile.JOURNAL)) {
            lines = child.readToEnd();
        }

        assertThat(lines).filteredOn(line -> line.matches("(run|first|exit) .*")).containsExactly(
                "run 0, application true, pager " + reloaded + ", recovered false",
                "run 1, application true, pager " + reloaded + ", recovered false",
                "run 2, application true, pager " + reloaded + ", recovered false",
                "first pager forgotten true", "exit 0");
        ClosedFile.assertThatItWasClosed(file);
        try (Pager again = Pager.open(file)) {
            assertThat(again.allocatedPages()).hasSize(3);
        }
    }

    /**
     * Devtools reloads what lies in directories, and not what lies in jars, unless it is told otherwise. Where core lies depends on how
     * far the build goes.
     */
    private Path settings(boolean reloaded) throws IOException {
        Path settings = Files.createDirectory(directory.resolve("META-INF")).resolve("spring-devtools.properties");
        Files.writeString(settings, reloaded ? "restart.include.mappedpages=/mappedpages-core-[^/]*[.]jar\n"
                : "restart.exclude.mappedpages=/mappedpages-(core|spring-boot-starter)/target/classes/\n");
        return directory;
    }
}
