package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.ExitCodeGenerator;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.NestedExceptionUtils;

import io.mappedpages.Pager;
import io.mappedpages.PagerState;
import io.mappedpages.testing.Background;
import io.mappedpages.testing.PageFiles;

/** Applications begin and end in one JVM, beside each other, one after the other, and by accident. */
@ExtendWith(OutputCaptureExtension.class)
class ContextsOfOneJvmTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final Path file = files.path();

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
    }

    private static ConfigurableApplicationContext start(Path file, Class<?>... more) {
        return builder(more).run("--mappedpages.path=" + file, ClosedFile.JOURNAL);
    }

    private static SpringApplicationBuilder builder(Class<?>... more) {
        return new SpringApplicationBuilder(Application.class).sources(more).web(WebApplicationType.NONE);
    }

    @Test
    void severalContextsHaveFilesOfTheirOwnAndEndOneByOne() {
        List<ConfigurableApplicationContext> contexts = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                contexts.add(start(files.path()));
            }
            for (int i = 0; i < 3; i++) {
                contexts.get(i).getBean(Pager.class).allocBulk(i + 1);
            }
            contexts.get(1).close();

            assertThat(contexts.get(0).getBean(Pager.class).allocatedPages()).hasSize(1);
            assertThat(contexts.get(2).getBean(Pager.class).allocatedPages()).hasSize(3);
        } finally {
            contexts.forEach(ConfigurableApplicationContext::close);
        }
    }

    @Test
    void aSecondContextOnTheSameFileDoesNotStartAndSaysWhyAndTheFirstGoesOn(CapturedOutput output) {
        try (var first = start(file)) {
            assertThatException().isThrownBy(() -> start(file));

            assertThat(output).containsSubsequence("APPLICATION FAILED TO START", "Description:", file.toString(),
                    "open already", "Action:", "Two contexts of one JVM", "spring.test.context.cache.pause");
            first.getBean(Pager.class).alloc();
        }
        assertThatNoException().isThrownBy(() -> start(file).close());
    }

    @Test
    void aStartWaitsForTheFileOfAnApplicationThatEndsMeanwhile() {
        var first = start(file);
        var second =
                Background.start(() -> builder().run("--mappedpages.path=" + file, "--mappedpages.lock-timeout=60s"));
        second.untilItWaits();
        first.getBean(Pager.class).alloc();
        first.close();

        try (var context = second.result()) {
            assertThat(context.getBean(Pager.class).allocatedPages()).hasSize(1);
        }
    }

    /** Where a start fails after the pager was opened. */
    enum Failing {
        A_BEAN, A_LIFECYCLE_BEAN, A_RUNNER;

        void at(Failing place) {
            if (this == place) {
                throw new IllegalStateException("told to fail");
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class FailingStart {

        /** Nobody closes it because it is forgotten. */
        private static final AtomicReference<Pager> PAGER = new AtomicReference<>();

        @Bean
        InitializingBean failingBean(Pager pager, @Value("${failing}") Failing failing) {
            return () -> {
                PAGER.set(pager);
                pager.alloc();
                failing.at(Failing.A_BEAN);
            };
        }

        @Bean
        SmartLifecycle failingLifecycle(@Value("${failing}") Failing failing) {
            return new SmartLifecycle() {
                @Override
                public void start() {
                    failing.at(Failing.A_LIFECYCLE_BEAN);
                }

                @Override
                public void stop() {
                    // was never started
                }

                @Override
                public boolean isRunning() {
                    return false;
                }
            };
        }

        @Bean
        ApplicationRunner failingRunner(@Value("${failing}") Failing failing) {
            return _ -> failing.at(Failing.A_RUNNER);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStartThatFailsAfterThePagerWasOpenedGivesTheFileUp(Failing failing, CapturedOutput output) {
        assertThatException().isThrownBy(() -> builder(FailingStart.class).run("--mappedpages.path=" + file,
                "--failing=" + failing, ClosedFile.JOURNAL))
                .satisfies(e -> assertThat(NestedExceptionUtils.getMostSpecificCause(e)).hasMessage("told to fail"));

        assertThat(FailingStart.PAGER.getAndSet(null).state()).isEqualTo(PagerState.CLOSED);
        assertThat(output).containsSubsequence("Opened pager 'pager' on " + file, "Closing pager 'pager' on " + file);
        ClosedFile.assertThatItWasClosed(file);
        try (Pager again = Pager.open(file)) {
            assertThat(again.allocatedPages()).hasSize(1);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class WithAnExitCode {

        @Bean
        ExitCodeGenerator code(Pager pager) {
            return () -> (int) pager.allocatedPages().count();
        }
    }

    @Test
    void whenAnApplicationExitsItStillHasThePagerForItsExitCodeAndTheFileIsGivenUpThen() {
        AtomicReference<Pager> pager = new AtomicReference<>();
        var context = start(file, WithAnExitCode.class);
        pager.set(context.getBean(Pager.class));
        pager.get().allocBulk(7);

        assertThat(SpringApplication.exit(context)).isEqualTo(7);

        assertThat(pager.get().state()).isEqualTo(PagerState.CLOSED);
        ClosedFile.assertThatItWasClosed(file);
        try (Pager again = Pager.open(file)) {
            assertThat(again.allocatedPages()).hasSize(7);
        }
    }
}
