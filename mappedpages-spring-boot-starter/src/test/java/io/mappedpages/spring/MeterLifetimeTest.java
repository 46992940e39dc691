package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.mappedpages.PageBorrowedException;
import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.WritablePage;
import io.mappedpages.testing.PageFiles;

/**
 * Gauges of a context that was closed stayed in a registry that lived longer, not a number for ever, and kept the next
 * context's gauges out, because a registry has each meter once. Meters go with their context.
 */
class MeterLifetimeTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    /** Belongs to no context. */
    private final MeterRegistry registry = new SimpleMeterRegistry();

    private final ApplicationContextRunner plain = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(AllAutoConfigurations.CLASSES));

    /** A context with a pager of its own on a new file. */
    private ApplicationContextRunner context(MeterRegistry registry) {
        return plain.withPropertyValues("mappedpages.path=" + files.path())
                .withInitializer(context -> context.getBeanFactory().registerSingleton("registry", registry));
    }

    private static ApplicationContextRunner ofBoot(ApplicationContextRunner runner) {
        return runner.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
                CompositeMeterRegistryAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class));
    }

    private double gauge(String pager) {
        return registry.get("mappedpages.pages").tag("pager", pager).gauge().value();
    }

    private static double written(MeterRegistry registry, String pager) {
        return registry.get("mappedpages.written").tag("pager", pager).counter().count();
    }

    private static List<Meter> meters(MeterRegistry registry) {
        return registry.getMeters().stream().filter(meter -> meter.getId().getName().startsWith("mappedpages."))
                .toList();
    }

    @Test
    void metersGoWithTheirContext() {
        context(registry).run(context -> assertThat(meters(registry)).hasSize(26));

        assertThat(meters(registry)).isEmpty();
    }

    @Test
    void theNextContextOnTheSameRegistryHasMetersOfItsOwn() {
        context(registry).run(context -> {
            context.getBean(Pager.class).alloc();
            context.getBean(Pager.class).close(); // delivers what is still to be delivered
            assertThat(written(registry, "pager")).isPositive();
        });

        context(registry).withPropertyValues("mappedpages.initial-size=1MB").run(context -> {
            assertThat(gauge("pager")).isEqualTo(256);
            assertThat(written(registry, "pager")).isZero();
        });
    }

    @Test
    void metersOfAChildGoWithTheChildAndThoseOfItsParentStay() {
        ofBoot(plain).withPropertyValues("mappedpages.path=" + files.path()).run(parent -> {
            MeterRegistry parents = parent.getBean(MeterRegistry.class);
            plain.withParent(parent).withUserConfiguration(ChildsPager.class).withBean("path", Path.class, files::path)
                    .run(child -> {
                        assertThat(child.getBeanNamesForType(MeterRegistry.class)).isEmpty();
                        child.getBean("childs", Pager.class).alloc();
                        child.getBean("childs", Pager.class).close(); // delivers what is still to be delivered
                        assertThat(written(parents, "childs")).isPositive();
                        assertThat(written(parents, "pager")).isZero();
                        assertThat(parents.get("mappedpages.pages").tag("pager", "childs").gauge().value()).isNaN();
                        assertThat(parents.get("mappedpages.pages").tag("pager", "pager").gauge().value()).isEqualTo(4);
                    });

            assertThat(parents.find("mappedpages.pages").tag("pager", "childs").gauge()).isNull();
            assertThat(parents.get("mappedpages.pages").tag("pager", "pager").gauge().value()).isEqualTo(4);
            assertThat(meters(parents)).hasSize(26);
        });
    }

    @Test
    void whatAParentsPagerCountsIsCountedOnceThoughTheChildHasGaugesToo() {
        ofBoot(plain).withPropertyValues("mappedpages.path=" + files.path(), "mappedpages.borrow-timeout=1ms")
                .run(parent -> {
                    MeterRegistry parents = parent.getBean(MeterRegistry.class);
                    failToBorrow(parent.getBean(Pager.class));
                    assertThat(timeouts(parents)).isEqualTo(1);
                    plain.withParent(parent).withUserConfiguration(ChildsPager.class)
                            .withBean("path", Path.class, files::path)
                            .run(_ -> assertThat(timeouts(parents)).isEqualTo(1));

                    assertThat(timeouts(parents)).isEqualTo(1);
                });
    }

    private static void failToBorrow(Pager pager) {
        PageId page = pager.alloc();
        try (WritablePage _ = pager.write(page)) {
            assertThatExceptionOfType(PageBorrowedException.class).isThrownBy(() -> pager.read(page));
        }
    }

    private static double timeouts(MeterRegistry registry) {
        return registry.get("mappedpages.borrow.timeouts").tag("pager", "pager").functionCounter().count();
    }

    @Configuration(proxyBeanMethods = false)
    static class ChildsPager {

        @Bean
        Pager childs(PagerBuilderConfigurer configurer, Path path) {
            return configurer.configure("childs", Pager.builder(path)).create();
        }
    }

    @Test
    void twoContextsAtATimeShareTheMetersOfOneName() {
        context(registry).run(first -> {
            context(registry).withPropertyValues("mappedpages.initial-size=1MB").run(second -> {
                assertThat(meters(registry)).hasSize(26);
                assertThat(gauge("pager")).as("the newer one's").isEqualTo(256);
                for (var context : List.of(first, second)) {
                    context.getBean(Pager.class).alloc();
                }
            });
            assertThat(gauge("pager")).as("the one's that is left").isEqualTo(4);
            first.getBean(Pager.class).close(); // delivers what is still to be delivered
            assertThat(registry.get("mappedpages.commit").timer().count()).as("of both").isGreaterThanOrEqualTo(2);
        });

        assertThat(meters(registry)).isEmpty();
    }

    @Test
    void waitsOfAPagerThatIsGoneAreCountedOnByTheMetersThatAreLeft() {
        context(registry).withPropertyValues("mappedpages.borrow-timeout=0s").run(first -> {
            context(registry).withPropertyValues("mappedpages.borrow-timeout=0s").run(second -> {
                refuse(first.getBean(Pager.class));
                refuse(second.getBean(Pager.class));
                assertThat(timeouts()).as("of both").isEqualTo(2);
            });
            assertThat(timeouts()).as("a counter never falls").isEqualTo(2);
            refuse(first.getBean(Pager.class));
            assertThat(timeouts()).isEqualTo(3);
        });
    }

    private static void refuse(Pager pager) {
        PageId page = pager.alloc();
        try (var _ = pager.read(page)) {
            assertThatExceptionOfType(PageBorrowedException.class).isThrownBy(() -> pager.write(page));
        }
    }

    private double timeouts() {
        return registry.get("mappedpages.borrow.timeouts").functionCounter().count();
    }

    @Test
    void metersThatTwoContextsShareStayWithTheOneThatIsLeft() {
        List<ConfigurableApplicationContext> second = new ArrayList<>();
        context(registry).run(first -> second.add(open("mappedpages.initial-size=1MB")));

        try (var _ = second.getFirst()) {
            assertThat(meters(registry)).hasSize(26);
            assertThat(gauge("pager")).isEqualTo(256);
        }
        assertThat(meters(registry)).isEmpty();
    }

    private ConfigurableApplicationContext open(String property) {
        var context = new AnnotationConfigApplicationContext();
        TestPropertyValues.of("mappedpages.path=" + files.path(), property).applyTo(context);
        context.getBeanFactory().registerSingleton("registry", registry);
        context.register(AllAutoConfigurations.CLASSES);
        context.refresh();
        return context;
    }

    @Test
    void whatThePagerTellsWhileItIsClosedIsCountedBeforeItsMetersGo() {
        Map<String, Long> counts = new HashMap<>();
        registry.config().onMeterRemoved(meter -> {
            if (meter instanceof Timer timer) {
                counts.put(meter.getId().getName(), timer.count());
            }
        });
        context(registry).run(context -> {
            for (int i = 0; i < 50; i++) {
                context.getBean(Pager.class).alloc();
            }
        });

        assertThat(counts).containsOnlyKeys("mappedpages.commit", "mappedpages.checkpoint", "mappedpages.growth");
        assertThat(counts.get("mappedpages.commit")).isGreaterThanOrEqualTo(50);
    }

    @Test
    void metersGoFromEveryPartOfACompositeAndFromWhereTheyAreRenamed() {
        CompositeMeterRegistry composite = new CompositeMeterRegistry();
        MeterRegistry renaming = new SimpleMeterRegistry();
        renaming.config().commonTags("where", "here");
        composite.add(registry);
        composite.add(renaming);
        composite.config().meterFilter(MeterFilter.denyNameStartsWith("mappedpages.growth"));

        context(composite).run(context -> {
            assertThat(meters(registry)).hasSize(25);
            assertThat(meters(renaming)).hasSize(25);
        });

        assertThat(meters(composite)).isEmpty();
        assertThat(meters(registry)).isEmpty();
        assertThat(meters(renaming)).isEmpty();
    }

    @Test
    void metersGoFromARegistryThatIsClosedBeforeThePager() {
        List<MeterRegistry> seen = new ArrayList<>();
        ofBoot(plain).withPropertyValues("mappedpages.path=" + files.path())
                .run(context -> seen.add(context.getBean(MeterRegistry.class)));

        assertThat(seen).singleElement().satisfies(closed -> {
            assertThat(closed.isClosed()).isTrue();
            assertThat(meters(closed)).isEmpty();
        });
    }

    @Test
    void metersOfAPagerThatItsUserClosesStayUntilTheContextGoes() {
        context(registry).run(context -> {
            context.getBean(Pager.class).close();
            assertThat(meters(registry)).hasSize(26);
            assertThat(gauge("pager")).isNaN();
        });

        assertThat(meters(registry)).isEmpty();
    }

    @Test
    void aPagerThatTheApplicationOpenedItselfAndRegisteredHasGaugesToo() {
        try (Pager own = Pager.create(files.path(), 10)) {
            plain.withInitializer(context -> {
                context.getBeanFactory().registerSingleton("own", own);
                context.getBeanFactory().registerSingleton("registry", registry);
            }).run(context -> assertThat(gauge("own")).isEqualTo(4));
        }

        assertThat(meters(registry)).isEmpty();
    }

    @Test
    void metersOfAPagerThatCannotBeOpenedGoToo() {
        context(registry).withPropertyValues("mappedpages.max-size=8KB")
                .run(context -> assertThat(context).hasFailed());

        assertThat(meters(registry)).isEmpty();
    }
}
