package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.mappedpages.Pager;
import io.mappedpages.PagerClosedException;
import io.mappedpages.PagerState;
import io.mappedpages.ProtectedPageId;
import io.mappedpages.ReadOnlyPager;
import io.mappedpages.testing.PageFiles;

/** Pagers of the properties that only read. */
class ReadOnlyInstancesTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final Path file = files.path();

    private final ApplicationContextRunner anywhere = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(AllAutoConfigurations.CLASSES))
            .withPropertyValues("management.endpoints.web.exposure.include=mappedpages",
                    "management.info.mappedpages.enabled=true");

    /** With {@code orders} that writes, and {@code view} of the same file. */
    private final ApplicationContextRunner both = anywhere.withPropertyValues(
            "mappedpages.instances.orders.path=" + file, "mappedpages.instances.view.path=" + file,
            "mappedpages.instances.view.read-only=true").withUserConfiguration(Both.class);

    /** With the pager of the path alone, which only reads. */
    private final ApplicationContextRunner alone = anywhere.withPropertyValues("mappedpages.path=" + file,
            "mappedpages.read-only=true");

    @Configuration(proxyBeanMethods = false)
    static class Both {

        /** First the one that writes, so that there is a file. */
        @Bean
        List<AutoCloseable> both(@Qualifier("orders") Pager orders, @Qualifier("view") ReadOnlyPager view) {
            return List.of(orders, view);
        }
    }

    private void make() {
        Pager.create(file, 12).close();
    }

    @Test
    void theBeanOnlyReadsAndIsClosedWithTheContext() {
        make();
        List<ReadOnlyPager> seen = new ArrayList<>();
        alone.run(context -> {
            assertThat(context).doesNotHaveBean(Pager.class).hasSingleBean(ReadOnlyPager.class);
            ReadOnlyPager pager = context.getBean("pager", ReadOnlyPager.class);
            assertThat(pager.path()).isEqualTo(file.toRealPath());
            assertThat(pager.pageCount()).isEqualTo(4);
            seen.add(pager);
        });

        assertThatExceptionOfType(PagerClosedException.class).isThrownBy(seen.getFirst()::generation);
    }

    @Test
    void itIsReadBesideTheOneThatWrites() {
        both.run(context -> {
            Pager orders = context.getBean("orders", Pager.class);
            ReadOnlyPager view = context.getBean("view", ReadOnlyPager.class);
            assertThat(context.getBean("both")).isEqualTo(List.of(orders, view));
            assertThat(context.getBean(Pager.class)).isSameAs(orders);
            assertThat(context.getBean(ReadOnlyPager.class)).isSameAs(view);

            ProtectedPageId id = orders.transact(transaction -> {
                ProtectedPageId made = transaction.allocProtected();
                transaction.write(made).bytes().set(ValueLayout.JAVA_LONG, 0, 42);
                return made;
            });
            view.refresh();

            assertThat(view.<Long>read(id, page -> page.get(ValueLayout.JAVA_LONG, 0))).isEqualTo(42);
        });
    }

    @Test
    void allReadUnlessOneSaysOtherwise() {
        make();
        Path other = files.path();
        anywhere.withPropertyValues("mappedpages.defaults.read-only=true", "mappedpages.path=" + file,
                "mappedpages.instances.orders.path=" + other, "mappedpages.instances.orders.read-only=false")
                .run(context -> {
                    assertThat(context.getBeanNamesForType(ReadOnlyPager.class)).containsExactly("pager");
                    assertThat(context.getBeanNamesForType(Pager.class)).containsExactly("orders");
                });
    }

    /** They are of those that write, and may stand in one file of properties for both. */
    @Test
    void whatIsInheritedAndAboutWritingCountsForNothing() {
        make();
        alone.withPropertyValues("mappedpages.defaults.max-size=1KB", "mappedpages.defaults.journal-size=0B",
                "mappedpages.defaults.reopen.automatic=true", "mappedpages.create=if-missing")
                .run(context -> assertThat(context.getBean(ReadOnlyPager.class).pageCount()).isEqualTo(4));
    }

    @Test
    void whatIsAboutReadingCounts() {
        make();
        alone.withPropertyValues("mappedpages.page-size=8KB")
                .run(context -> assertThat(context).getFailure().hasStackTraceContaining("8192 bytes"));
        List<String> customized = new ArrayList<>();
        alone.withBean(PagerBuilderCustomizer.class, () -> builder -> customized.add("pager"))
                .run(context -> assertThat(customized).containsExactly("pager"));
    }

    @Test
    void aPausedContextKeepsItBecauseNobodyWaitsForIt() {
        both.run(context -> {
            ReadOnlyPager view = context.getBean(ReadOnlyPager.class);
            context.stop();

            assertThat(context.getBean(Pager.class).state()).isEqualTo(PagerState.SUSPENDED);
            assertThat(view.refresh()).isPositive();
            context.start();
        });
    }

    @Test
    void itIsThereUntilExecutorsHaveEnded() {
        make();
        List<Long> seen = new ArrayList<>();
        ExecutorService[] made = new ExecutorService[1];
        alone.withBean("tasks", ExecutorService.class, () -> made[0] = Executors.newSingleThreadExecutor(),
                definition -> ((AbstractBeanDefinition) definition)
                        .setDestroyMethodName("close"))
                .run(context -> {
                    ReadOnlyPager pager = context.getBean(ReadOnlyPager.class);
                    ExecutorService tasks = context.getBean("tasks", ExecutorService.class);
                    tasks.submit(() -> {
                        awaitClosing(tasks);
                        seen.add(pager.pageCount());
                    });
                });

        assertThat(seen).containsExactly(4L);
    }

    private static void awaitClosing(ExecutorService tasks) {
        while (!tasks.isShutdown()) {
            Thread.onSpinWait();
        }
    }

    private static Health health(CompositeHealthContributor all, String name) {
        return ((HealthIndicator) all.getContributor(name)).health(true);
    }

    @Test
    void itsPartInHealthIsUpWhileItIsOpenAndTellsWhatItSees() {
        both.run(context -> {
            CompositeHealthContributor all = context.getBean("mappedpagesHealthContributor",
                    CompositeHealthContributor.class);
            ReadOnlyPager view = context.getBean(ReadOnlyPager.class);
            Health health = health(all, "view");
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails()).containsEntry("state", "Open").containsEntry("readOnly", true)
                    .containsEntry("path", file.toRealPath().toString()).containsEntry("pages", view.pageCount())
                    .containsEntry("free", view.freePageCount()).containsEntry("generation", view.generation());

            view.close();

            assertThat(health(all, "view").getStatus()).isEqualTo(Status.DOWN);
            assertThat(health(all, "view").getDetails()).containsEntry("state", "Closed").doesNotContainKey("pages");
            assertThat(health(all, "orders").getStatus()).isEqualTo(Status.UP);
        });
    }

    /** So there is a file, whatever the order of the properties. */
    @Test
    void thoseThatWriteAreOpenedFirst() {
        anywhere.withPropertyValues("mappedpages.instances.a.path=" + file, "mappedpages.instances.a.read-only=true",
                "mappedpages.instances.b.path=" + file).run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void itMayBeLeftOutOfHealth() {
        both.withPropertyValues("mappedpages.instances.view.health=false").run(
                context -> assertThat(context.getBean("mappedpagesHealthContributor")).isInstanceOf(
                        HealthIndicator.class).isNotInstanceOf(CompositeHealthContributor.class));
    }

    private static double gauge(MeterRegistry registry, String name) {
        return registry.get(name).tag("pager", "view").gauge().value();
    }

    @Test
    void itsGaugesFollowWhatItSeesAndGoWithTheContext() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        both.withInitializer(context -> context.getBeanFactory().registerSingleton("registry", registry))
                .run(context -> {
                    assertThat(gauge(registry, "mappedpages.pages")).isEqualTo(4);
                    context.getBean(Pager.class).allocProtected();
                    assertThat(gauge(registry, "mappedpages.protected")).isZero();
                    ReadOnlyPager view = context.getBean(ReadOnlyPager.class);
                    view.refresh();
                    assertThat(gauge(registry, "mappedpages.protected")).isEqualTo(1);
                    assertThat(gauge(registry, "mappedpages.pages")).isEqualTo(view.pageCount());
                    assertThat(gauge(registry, "mappedpages.free")).isEqualTo(view.freePageCount());
                    assertThat(gauge(registry, "mappedpages.page.size")).isEqualTo(4096);
                    assertThat(registry.getMeters().stream().map(Meter::getId)
                            .filter(id -> "view".equals(id.getTag("pager"))).map(Meter.Id::getName))
                            .containsExactlyInAnyOrder("mappedpages.pages", "mappedpages.free",
                                    "mappedpages.protected", "mappedpages.page.size");

                    view.close();

                    assertThat(gauge(registry, "mappedpages.pages")).isNaN();
                    assertThat(gauge(registry, "mappedpages.page.size")).isNaN();
                });

        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void theEndpointTellsThatItOnlyReadsAndItsMap() {
        both.run(context -> {
            MappedPagesEndpoint endpoint = context.getBean(MappedPagesEndpoint.class);
            ReadOnlyPager view = context.getBean(ReadOnlyPager.class);

            assertThat(endpoint.pagers().pagers()).containsOnlyKeys("orders", "view");
            assertThat(endpoint.pager("orders").readOnly()).isNull();
            assertThat(endpoint.pager("view")).isEqualTo(new MappedPagesEndpoint.PagerDescriptor(
                    view.path().toString(), "Open", 4096, view.pageCount(), view.freePageCount(), 0L, null, null, null,
                    new MappedPagesEndpoint.Counters(view.generation(), null, null, null, null, null), true));
            assertThat(endpoint.part("view", MappedPagesEndpoint.Part.MAP, null, null))
                    .isEqualTo(new MappedPagesEndpoint.MapDescriptor(view.pageMap(0).toList(), null));
            assertThat(endpoint.part("view", MappedPagesEndpoint.Part.EVENTS, null, null))
                    .isEqualTo(new MappedPagesEndpoint.EventsDescriptor(List.of()));

            view.close();

            assertThat(endpoint.pager("view").state()).isEqualTo("Closed");
            assertThat(endpoint.part("view", MappedPagesEndpoint.Part.MAP, null, null)).isInstanceOfSatisfying(
                    WebEndpointResponse.class, refused -> assertThat(refused.getStatus()).isEqualTo(503));
        });
    }

    @Test
    void theEndpointVerifiesItAndRefusesAllElseWithTheReason() {
        both.run(context -> {
            MappedPagesEndpoint endpoint = context.getBean(MappedPagesEndpoint.class);

            assertThat(endpoint.run("view", MappedPagesEndpoint.Action.VERIFY)).isInstanceOfSatisfying(
                    MappedPagesEndpoint.Verified.class, it -> assertThat(it.report().findings()).isEmpty());
            for (var action : List.of(MappedPagesEndpoint.Action.REOPEN, MappedPagesEndpoint.Action.TRIM,
                    MappedPagesEndpoint.Action.CHECKPOINT)) {
                assertThat(endpoint.run("view", action)).isInstanceOfSatisfying(WebEndpointResponse.class, refused -> {
                    assertThat(refused.getStatus()).isEqualTo(405);
                    assertThat(refused.getBody()).asString().contains("'view' is only read");
                });
            }
        });
    }

    @Test
    void theEndpointInfoTellsOfItToo() {
        both.run(context -> {
            Info.Builder info = new Info.Builder();
            context.getBean("mappedpagesInfoContributor", InfoContributor.class).contribute(info);
            assertThat(info.build().getDetails().toString()).contains("orders=", "view=");
        });
    }

    @Test
    void aMissingFileIsNotCreatedNorIsItsDirectory() {
        Path missing = files.directory().resolve("deep").resolve("missing.pages");
        anywhere.withPropertyValues("mappedpages.path=" + missing, "mappedpages.read-only=true")
                .run(context -> assertThat(context).getFailure().hasStackTraceContaining("could not be opened"));

        assertThat(Files.exists(missing.getParent())).isFalse();
        alone.run(context -> assertThat(context).getFailure().hasStackTraceContaining("could not be opened"));
        assertThat(files.directory()).isEmptyDirectory();
    }
}
