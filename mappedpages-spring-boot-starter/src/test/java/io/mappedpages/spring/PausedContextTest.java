package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;

import io.mappedpages.Pager;
import io.mappedpages.PagerState;
import io.mappedpages.PagerUnavailableException;
import io.mappedpages.ProtectedPageId;
import io.mappedpages.testing.PageFiles;

/** A context that stops for a while lets others have its files: the test framework pauses contexts that it keeps for later. */
@ExtendWith(OutputCaptureExtension.class)
class PausedContextTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final Path file = files.path();

    private final AtomicReference<Pager> pager = new AtomicReference<>();

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(AllAutoConfigurations.CLASSES))
            .withPropertyValues("mappedpages.path=" + file);

    private static ConfigurableApplicationContext of(AssertableApplicationContext context) {
        return context.getSourceApplicationContext(ConfigurableApplicationContext.class);
    }

    private ApplicationContextRunner runner() {
        return runner.withInitializer(context -> context.getBeanFactory().addBeanPostProcessor(new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                if (bean instanceof Pager made) {
                    pager.set(made);
                }
                return bean;
            }
        }));
    }

    @Test
    void anotherContextHasTheFileWhileOneIsPausedAndTheFirstGoesOnWithWhatTheOtherCommitted(CapturedOutput output) {
        runner().run(first -> {
            Pager pager = first.getBean(Pager.class);
            ProtectedPageId page = pager.allocProtected();
            of(first).pause();
            assertThat(pager.state()).isEqualTo(PagerState.SUSPENDED);
            assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(pager::alloc);

            runner().run(second -> {
                assertThat(second).hasNotFailed();
                try (var writer = second.getBean(Pager.class).write(page)) {
                    writer.bytes().fill((byte) 7);
                    writer.commit();
                }
            });

            of(first).restart();
            assertThat(pager.state()).isEqualTo(PagerState.OPEN);
            assertThat((byte) pager.read(page, bytes -> bytes.get(ValueLayout.JAVA_BYTE, 9)))
                    .isEqualTo((byte) 7);
        });
        assertThat(output).contains("Pager 'pager' has given up " + file, "Pager 'pager' has " + file + " open again");
    }

    @Test
    void aContextThatIsStoppedAndStartedDoesTheSame() {
        runner().run(context -> {
            Pager pager = context.getBean(Pager.class);
            of(context).stop();
            Pager.open(file).close();
            of(context).start();
            pager.alloc();
        });
    }

    @Test
    void beansThatStopAfterwardsStillHaveThePagerAndThoseThatStartHaveItAgain() {
        AtomicReference<String> seen = new AtomicReference<>("");
        runner().withBean(SmartLifecycle.class, () -> new SmartLifecycle() {
            private boolean running;

            @Override
            public void start() {
                running = true;
                note();
            }

            @Override
            public void stop() {
                running = false;
                note();
            }

            private void note() {
                seen.updateAndGet(before -> before + " " + pager.get().state());
            }

            @Override
            public boolean isRunning() {
                return running;
            }

            @Override
            public int getPhase() {
                return Integer.MIN_VALUE + 2000;
            }
        }).run(context -> {
            of(context).pause();
            of(context).restart();
        });

        assertThat(seen).hasValue(" OPEN OPEN OPEN OPEN"); // start, pause, restart, close
    }

    @Test
    void aFileThatIsGoneWhenTheContextGoesOnMakesThePagerUnavailableAndNothingElse() {
        runner().run(context -> {
            Pager suspended = context.getBean(Pager.class);
            of(context).pause();
            Files.delete(file);
            of(context).restart();

            assertThat(context.isRunning()).isTrue();
            assertThat(suspended.state()).isEqualTo(PagerState.UNAVAILABLE);
            assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(suspended::alloc)
                    .withMessageContaining("no such file");
        });
        files.damaged(file);
    }

    @Test
    void aContextThatIsClosedKeepsItsPagersUntilItsBeansAreDestroyed() {
        AtomicReference<PagerState> atTheEnd = new AtomicReference<>();
        runner().withBean("user", AutoCloseable.class,
                () -> () -> atTheEnd.set(pager.get().state()), user -> user.setDependsOn("pager"))
                .run(context -> assertThat(context).hasNotFailed());

        assertThat(atTheEnd).hasValue(PagerState.OPEN);
    }
}
