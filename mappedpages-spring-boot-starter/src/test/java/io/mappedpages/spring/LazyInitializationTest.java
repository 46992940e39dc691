package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;

import io.mappedpages.Pager;
import io.mappedpages.testing.PageFiles;

/** With {@code spring.main.lazy-initialization=true} a file is opened when somebody needs its pager, and not before. */
class LazyInitializationTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final Path file = files.path();

    private final ApplicationContextRunner lazy = new ApplicationContextRunner()
            .withInitializer(
                    context -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
            .withConfiguration(AutoConfigurations.of(AllAutoConfigurations.CLASSES))
            .withPropertyValues("mappedpages.path=" + file, "management.endpoints.web.exposure.include=*");

    private final ApplicationContextRunner ofBoot = lazy
            .withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
                    CompositeMeterRegistryAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class));

    @Test
    void nothingIsOpenedForTheSakeOfItsGauges() {
        ofBoot.run(context -> {
            context.getBean(MeterRegistry.class);
            assertThat(file).doesNotExist();

            context.getBean(Pager.class).alloc();

            assertThat(context.getBean(MeterRegistry.class).get("mappedpages.pages").gauge().value()).isEqualTo(4);
        });
    }

    @Test
    void aRegistryOfNobodysContextHasItsGaugesToo() {
        MeterRegistry registry = new SimpleMeterRegistry();
        lazy.withInitializer(context -> context.getBeanFactory().registerSingleton("registry", registry))
                .run(context -> {
                    assertThat(file).doesNotExist();
                    context.getBean(Pager.class);
                    assertThat(registry.get("mappedpages.pages").gauge().value()).isEqualTo(4);
                });
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void aContextThatIsPausedOpensNothingWhenItGoesOn() {
        lazy.run(context -> {
            var itself = context.getSourceApplicationContext(ConfigurableApplicationContext.class);
            itself.pause();
            itself.restart();
            assertThat(file).doesNotExist();
        });
    }
}
