package io.mappedpages.spring;

import static io.micrometer.observation.tck.TestObservationRegistryAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;

import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.mappedpages.FaultInjection;
import io.mappedpages.FaultyPagers;
import io.mappedpages.Pager;
import io.mappedpages.PagerIoException;
import io.mappedpages.PagerState;
import io.mappedpages.PagerUnavailableException;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.Patience;

/** What the starter does itself and takes a while is observed from its beginning to its end, once. */
class ObservationsTest {

    private static final String OPEN = "mappedpages.open";

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final Path file = files.path();
    private final TestObservationRegistry registry = TestObservationRegistry.create();

    private final ApplicationContextRunner anywhere = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(AllAutoConfigurations.CLASSES))
            .withPropertyValues("mappedpages.path=" + file);

    private final ApplicationContextRunner here = anywhere.withBean(ObservationRegistry.class, () -> registry);

    private final ApplicationContextRunner ofBoot = anywhere.withConfiguration(AutoConfigurations.of(
            ObservationAutoConfiguration.class, MetricsAutoConfiguration.class,
            CompositeMeterRegistryAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class));

    @Test
    void openingAFileAtTheStartIsObserved() {
        here.run(_ -> assertThat(registry).hasSingleObservationThat()
                .hasNameEqualTo(OPEN).hasContextualNameEqualTo("open pager")
                .hasBeenStarted().hasBeenStopped().doesNotHaveError()
                .hasLowCardinalityKeyValue("pager", "pager")
                .hasLowCardinalityKeyValue("trigger", "start")
                .hasLowCardinalityKeyValue("recovery", "not-needed")
                .hasHighCardinalityKeyValue("mappedpages.path", file.toString()));
    }

    @Test
    void soIsThatOfEveryInstanceByItsName() {
        here.withPropertyValues("mappedpages.instances.orders.path=" + files.path())
                .run(_ -> assertThat(registry).hasNumberOfObservationsWithNameEqualTo(OPEN, 2)
                        .hasAnObservationWithAKeyValue("pager", "orders")
                        .hasAnObservationWithAKeyValue("pager", "pager"));
    }

    @Test
    void itTellsWhetherSomethingWasRecoveredAndMayBeLost() {
        Damage.toTheNewestSlot(file);
        here.run(_ -> assertThat(registry).hasAnObservationWithAKeyValue("recovery", "without-loss"));

        Path another = files.path();
        Damage.toTheNewestMetadata(another);
        here.withPropertyValues("mappedpages.path=" + another)
                .run(_ -> assertThat(registry).hasAnObservationWithAKeyValue("recovery", "possible-loss"));
    }

    @Test
    void aFileThatCannotBeOpenedIsAnErrorOfTheObservation() {
        here.withPropertyValues("mappedpages.create=never").run(context -> assertThat(context).hasFailed());

        assertThat(registry).hasSingleObservationThat().hasBeenStopped()
                .hasLowCardinalityKeyValue("recovery", "unknown")
                .thenError().isInstanceOf(PagerIoException.class);
    }

    /** Not told of afterwards: what happens meanwhile, on the same thread, is a part of it. */
    @Test
    void theObservationIsTheCurrentOneWhileTheFileIsBeingOpened() {
        AtomicReference<Observation> meanwhile = new AtomicReference<>();
        FaultyStorageProvider disk = new FaultyStorageProvider(new FileStorageProvider());
        disk.beforeNext(Call.OPEN, () -> meanwhile.set(registry.getCurrentObservation()));

        here.withBean(PagerBuilderCustomizer.class, () -> builder -> FaultyPagers.on(disk, builder))
                .run(context -> assertThat(context).hasNotFailed());

        assertThat(meanwhile.get()).isNotNull();
        assertThat(meanwhile.get().getContext().getName()).isEqualTo(OPEN);
        assertThat(registry).doesNotHaveAnyRemainingCurrentObservation();
    }

    @Test
    void openingAnewByTheEndpointIsObserved() {
        here.withPropertyValues("management.endpoints.web.exposure.include=mappedpages").run(context -> {
            registry.clear();
            context.getBean(MappedPagesEndpoint.class).run("pager", MappedPagesEndpoint.Action.REOPEN);

            assertThat(registry).hasSingleObservationThat().hasContextualNameEqualTo("reopen pager").hasBeenStopped()
                    .hasLowCardinalityKeyValue("trigger", "endpoint");
        });
    }

    @Test
    void soIsOpeningAnewWhenAPausedContextGoesOn() {
        here.run(context -> {
            var itself = context.getSourceApplicationContext(ConfigurableApplicationContext.class);
            itself.pause();
            registry.clear();
            itself.restart();

            assertThat(registry).hasSingleObservationThat().hasNameEqualTo(OPEN)
                    .hasLowCardinalityKeyValue("trigger", "resume");
        });
    }

    @Test
    void soIsEachAttemptOfOpeningAnewByItself() {
        FaultInjection faults = new FaultInjection();
        Path elsewhere = files.path();
        here.withBean(PagerBuilderCustomizer.class, () -> builder -> builder.faults(faults))
                .withPropertyValues("mappedpages.reopen.automatic=true", "mappedpages.reopen.initial-delay=5ms")
                .run(context -> {
                    Pager pager = context.getBean(Pager.class);
                    registry.clear();
                    Files.move(file, elsewhere);
                    assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(pager::alloc);
                    Patience.await("an attempt has failed", () -> holds(() -> assertThat(registry).hasAnObservation(
                            some -> some.hasLowCardinalityKeyValue("recovery", "unknown").hasError())));
                    Files.move(elsewhere, file);
                    Patience.await("an attempt has succeeded", () -> holds(() -> assertThat(registry).hasAnObservation(
                            some -> some.hasLowCardinalityKeyValue("recovery", "not-needed").doesNotHaveError())));

                    assertThat(pager.state()).isEqualTo(PagerState.OPEN);
                    assertThat(registry).hasAnObservationWithAKeyValue("trigger", "automatic")
                            .doesNotHaveAnyRemainingCurrentObservation();
                });
    }

    private static boolean holds(Runnable assertion) {
        try {
            assertion.run();
            return true;
        } catch (AssertionError e) {
            return false;
        }
    }

    /** A pager tells of them when they are over, so spans of them would have the wrong time. */
    @Test
    void commitsAndGrowthAreNoObservations() {
        here.run(context -> {
            context.getBean(Pager.class).allocBulk(100);
            context.getBean(Pager.class).close(); // delivers what is still to be delivered

            assertThat(registry).hasNumberOfObservationsEqualTo(1);
        });
    }

    @Test
    void withBootsMetricsThereIsATimerOfItWhichNoMeterOfTheStartersOwnCountsToo() {
        ofBoot.run(context -> {
            MeterRegistry meters = context.getBean(MeterRegistry.class);

            var timer = meters.get(OPEN).tags("pager", "pager", "trigger", "start", "recovery", "not-needed").timer();
            assertThat(timer.count()).isOne();
            assertThat(timer.getId().getTag("mappedpages.path")).isNull();
            assertThat(meters.getMeters()).map(Meter::getId).map(Meter.Id::getName)
                    .filteredOn(name -> name.startsWith(OPEN)).containsExactlyInAnyOrder(OPEN, OPEN + ".active");
        });
        ofBoot.withPropertyValues("management.observations.enable.mappedpages=false")
                .run(context -> assertThat(context.getBean(MeterRegistry.class).getMeters()).map(Meter::getId)
                        .map(Meter.Id::getName).filteredOn(name -> name.startsWith("mappedpages.")).isNotEmpty()
                        .noneMatch(name -> name.startsWith(OPEN)));
    }

    @Test
    void anApplicationMayNameAndTagItOtherwise() {
        here.withBean(PagerOpenObservationConvention.class, () -> new DefaultPagerOpenObservationConvention() {
            @Override
            public String getName() {
                return "store.open";
            }

            @Override
            public KeyValues getLowCardinalityKeyValues(PagerOpenObservationContext context) {
                return super.getLowCardinalityKeyValues(context).and("tenant", "blue");
            }
        }).run(_ -> assertThat(registry).hasSingleObservationThat().hasNameEqualTo("store.open")
                .hasLowCardinalityKeyValue("tenant", "blue").hasLowCardinalityKeyValue("pager", "pager"));
    }

    /** Keeps what it is told in pages. */
    @Configuration(proxyBeanMethods = false)
    static class HandlerWithAPager {

        @Bean
        ObservationHandler<Observation.Context> handler(Pager pager) {
            return new ObservationHandler<>() {
                @Override
                public void onStop(Observation.Context context) {
                    pager.alloc();
                }

                @Override
                public boolean supportsContext(Observation.Context context) {
                    return true;
                }
            };
        }
    }

    @Test
    void aHandlerMayNeedAPagerWhichIsOpenedUnobservedThen() {
        ofBoot.withUserConfiguration(HandlerWithAPager.class).run(context -> {
            assertThat(context).hasNotFailed();
            Observation.createNotStarted("other", context.getBean(ObservationRegistry.class)).observe(() -> {
            });
            assertThat(context.getBean(Pager.class).allocatedPages()).hasSize(1);
        });
    }

    @Test
    void aChildContextObservesItsOwnPagersWithItsOwnConvention() {
        new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(AllAutoConfigurations.CLASSES))
                .withBean(ObservationRegistry.class, () -> registry)
                .run(parent -> anywhere.withParent(parent)
                        .withBean(PagerOpenObservationConvention.class,
                                () -> new DefaultPagerOpenObservationConvention() {
                                    @Override
                                    public String getName() {
                                        return "childs.open";
                                    }
                                })
                        .run(_ -> assertThat(registry).hasSingleObservationThat().hasNameEqualTo("childs.open")));
    }

    @Test
    void withoutARegistryOrWithoutTheObservationApiNothingIsObservedAndNothingFails() {
        anywhere.run(context -> {
            assertThat(context).hasSingleBean(Pager.class).doesNotHaveBean(Openings.class);
            var itself = context.getSourceApplicationContext(ConfigurableApplicationContext.class);
            itself.pause();
            itself.restart();
            assertThat(context.getBean(Pager.class).state()).isEqualTo(PagerState.OPEN);
        });
        anywhere.withClassLoader(new FilteredClassLoader("io.micrometer.observation",
                "org.springframework.boot.micrometer.observation"))
                .withPropertyValues("management.endpoints.web.exposure.include=mappedpages").run(context -> {
                    assertThat(context).hasSingleBean(Pager.class).doesNotHaveBean(Openings.class);
                    context.getBean(MappedPagesEndpoint.class).run("pager", MappedPagesEndpoint.Action.REOPEN);
                });
    }
}
