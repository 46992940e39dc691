package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.mappedpages.PageBorrowedException;
import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.PagerListener.CheckpointEvent;
import io.mappedpages.PagerListener.CommitEvent;
import io.mappedpages.testing.PageFiles;

class PagerMetersTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final Path file = files.path();

    private final ApplicationContextRunner anywhere = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(AllAutoConfigurations.CLASSES))
            .withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
                    CompositeMeterRegistryAutoConfiguration.class));

    private ApplicationContextRunner here() {
        return anywhere.withPropertyValues("mappedpages.path=" + file);
    }

    private ApplicationContextRunner simple() {
        return here().withConfiguration(AutoConfigurations.of(SimpleMetricsExportAutoConfiguration.class));
    }

    private static double gauge(MeterRegistry registry, String name, String pager) {
        return registry.get(name).tag("pager", pager).gauge().value();
    }

    private static double counter(MeterRegistry registry, String name) {
        return registry.get(name).tag("pager", "pager").counter().count();
    }

    @Test
    void gaugesFollowThePager() {
        simple().run(context -> {
            Pager pager = context.getBean(Pager.class);
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            assertThat(gauge(registry, "mappedpages.pages", "pager")).isEqualTo(4);
            assertThat(gauge(registry, "mappedpages.free", "pager")).isEqualTo(1);

            pager.allocBulk(2);

            assertThat(gauge(registry, "mappedpages.pages", "pager")).isEqualTo(pager.pageCount()).isGreaterThan(4);
            assertThat(gauge(registry, "mappedpages.free", "pager")).isEqualTo(pager.freePageCount());
        });
    }

    @Test
    void gaugesOfAClosedPagerAreNotANumber() {
        simple().run(context -> {
            context.getBean(Pager.class).close();
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            assertThat(gauge(registry, "mappedpages.pages", "pager")).isNaN();
            assertThat(gauge(registry, "mappedpages.free", "pager")).isNaN();
            assertThat(gauge(registry, "mappedpages.borrows", "pager")).isNaN();
        });
    }

    @Test
    void openBorrowsAreShownAndWaitsAndTimeoutsCounted() {
        simple().withPropertyValues("mappedpages.borrow-timeout=5ms").run(context -> {
            Pager pager = context.getBean(Pager.class);
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            PageId page = pager.alloc();
            assertThat(gauge(registry, "mappedpages.borrows", "pager")).isZero();

            try (var _ = pager.read(page); var _ = pager.read(page)) {
                assertThat(gauge(registry, "mappedpages.borrows", "pager")).isEqualTo(2);
                assertThatExceptionOfType(PageBorrowedException.class).isThrownBy(() -> pager.write(page));
            }

            assertThat(gauge(registry, "mappedpages.borrows", "pager")).isZero();
            var waits = registry.get("mappedpages.borrow.wait").tag("pager", "pager").functionTimer();
            assertThat(waits.count()).isOne();
            assertThat(waits.totalTime(TimeUnit.MILLISECONDS)).isGreaterThanOrEqualTo(5);
            assertThat(functionCounter(registry, "mappedpages.borrow.timeouts")).isOne();
            pager.close();
            assertThat(functionCounter(registry, "mappedpages.borrow.timeouts")).as("a counter never falls").isOne();
        });
    }

    private static double functionCounter(MeterRegistry registry, String name) {
        return registry.get(name).tag("pager", "pager").functionCounter().count();
    }

    @Test
    void commitsBytesAndGrowthsAreCounted() {
        simple().run(context -> {
            Pager pager = context.getBean(Pager.class);
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            assertThat(registry.get("mappedpages.commit").tag("pager", "pager").timer().count()).isZero();

            pager.alloc();
            pager.alloc(); // the file has room for one
            pager.close(); // delivers what is still to be delivered

            var timer = registry.get("mappedpages.commit").tag("pager", "pager").timer();
            assertThat(timer.count()).isGreaterThanOrEqualTo(2);
            assertThat(timer.max(TimeUnit.NANOSECONDS)).isPositive();
            assertThat(counter(registry, "mappedpages.written")).isGreaterThanOrEqualTo(2 * 4096);
            assertThat(counter(registry, "mappedpages.syncs")).isGreaterThanOrEqualTo(2);
            assertThat(registry.get("mappedpages.growth").tag("pager", "pager").timer().count()).isOne();
            assertThat(counter(registry, "mappedpages.dropped")).isZero();
        });
    }

    @Test
    void theRecoveryOfTheFirstOpeningIsCountedByWhetherSomethingMayBeLost() {
        Damage.toTheNewestMetadata(file);
        simple().run(context -> {
            context.getBean(Pager.class).close(); // delivers what is still to be delivered

            MeterRegistry registry = context.getBean(MeterRegistry.class);
            assertThat(registry.get("mappedpages.recoveries").tag("loss", "possible").counter().count()).isOne();
            assertThat(registry.get("mappedpages.recoveries").tag("loss", "none").counter().count()).isZero();
        });
    }

    @Test
    void droppedEventsAreCountedOnceThoughEachEventTellsTheirTotal() {
        MeterRegistry registry = new SimpleMeterRegistry();
        PagerMeters meters = new PagerMeters(new EventMeters(registry, "pager"));

        meters.onCommit(new CommitEvent(1, 100, 1, 2, Duration.ofMillis(1), 0));
        meters.onCommit(new CommitEvent(5, 100, 1, 2, Duration.ofMillis(1), 3));
        meters.onCheckpoint(new CheckpointEvent(6, 4, 100, 2, Duration.ofMillis(1)));
        meters.onCommit(new CommitEvent(7, 100, 1, 2, Duration.ofMillis(1), 3));
        meters.onCommit(new CommitEvent(9, 100, 1, 2, Duration.ofMillis(1), 5));

        assertThat(counter(registry, "mappedpages.dropped")).isEqualTo(5);
        assertThat(counter(registry, "mappedpages.written")).isEqualTo(500);
    }

    @Test
    void callersOfACommitAreCountedWhereThereAreAny() {
        MeterRegistry registry = new SimpleMeterRegistry();
        PagerMeters meters = new PagerMeters(new EventMeters(registry, "pager"));

        meters.onCommit(new CommitEvent(1, 100, 1, 2, Duration.ofMillis(1), 0));
        meters.onCommit(new CommitEvent(2, 100, 0, 2, Duration.ofMillis(1), 0));
        meters.onCommit(new CommitEvent(3, 100, 7, 1, Duration.ofMillis(1), 0));

        var callers = registry.get("mappedpages.commit.callers").tag("pager", "pager").summary();
        assertThat(callers.count()).isEqualTo(2);
        assertThat(callers.totalAmount()).isEqualTo(8);
        assertThat(callers.max()).isEqualTo(7);
        assertThat(registry.get("mappedpages.commit").timer().count()).isEqualTo(3);
    }

    @Test
    void checkpointsOfTheJournalAreTimedBesideTheCommits() {
        simple().withPropertyValues("mappedpages.initial-size=1MB", "mappedpages.commit-mode=journal",
                "mappedpages.journal-size=16KB").run(context -> {
                    Pager pager = context.getBean(Pager.class);
                    MeterRegistry registry = context.getBean(MeterRegistry.class);
                    for (int i = 0; i < 20; i++) {
                        pager.alloc();
                    }
                    pager.close(); // delivers what is still to be delivered

                    var timer = registry.get("mappedpages.checkpoint").tag("pager", "pager").timer();
                    assertThat(timer.count()).isPositive();
                    assertThat(timer.max(TimeUnit.NANOSECONDS)).isPositive();
                    var callers = registry.get("mappedpages.commit.callers").tag("pager", "pager").summary();
                    assertThat(callers.totalAmount()).isEqualTo(20);
                });
    }

    @Test
    void everyMeterHasADescriptionAndThePagersName() {
        simple().run(context -> assertThat(context.getBean(MeterRegistry.class).getMeters()).map(Meter::getId)
                .filteredOn(id -> id.getName().startsWith("mappedpages."))
                .hasSize(26)
                .allSatisfy(id -> {
                    assertThat(id.getDescription()).isNotBlank();
                    assertThat(id.getTag("pager")).isEqualTo("pager");
                }));
    }

    @Test
    void prometheusSeesTheseNames() {
        here().withConfiguration(AutoConfigurations.of(PrometheusMetricsExportAutoConfiguration.class))
                .run(context -> {
                    context.getBean(Pager.class).alloc();
                    String scrape = context.getBean(PrometheusMeterRegistry.class).scrape();
                    assertThat(scrape.lines().filter(line -> !line.startsWith("#"))
                            .filter(line -> line.contains("mappedpages"))
                            .map(line -> line.substring(0, line.lastIndexOf(' '))))
                            .containsExactlyInAnyOrder(
                                    "mappedpages_pages{pager=\"pager\"}",
                                    "mappedpages_free_pages{pager=\"pager\"}",
                                    "mappedpages_borrows{pager=\"pager\"}",
                                    "mappedpages_protected_pages{pager=\"pager\"}",
                                    "mappedpages_limit_pages{pager=\"pager\"}",
                                    "mappedpages_page_size_bytes{pager=\"pager\"}",
                                    "mappedpages_file_size_bytes{pager=\"pager\"}",
                                    "mappedpages_disk_usable_bytes{pager=\"pager\"}",
                                    "mappedpages_journal_records{pager=\"pager\"}",
                                    "mappedpages_state{pager=\"pager\",state=\"open\"}",
                                    "mappedpages_state{pager=\"pager\",state=\"unavailable\"}",
                                    "mappedpages_state{pager=\"pager\",state=\"suspended\"}",
                                    "mappedpages_state{pager=\"pager\",state=\"closed\"}",
                                    "mappedpages_borrow_wait_seconds_count{pager=\"pager\"}",
                                    "mappedpages_borrow_wait_seconds_sum{pager=\"pager\"}",
                                    "mappedpages_borrow_timeouts_total{pager=\"pager\"}",
                                    "mappedpages_commit_seconds_count{pager=\"pager\"}",
                                    "mappedpages_commit_seconds_sum{pager=\"pager\"}",
                                    "mappedpages_commit_seconds_max{pager=\"pager\"}",
                                    "mappedpages_commit_callers_count{pager=\"pager\"}",
                                    "mappedpages_commit_callers_sum{pager=\"pager\"}",
                                    "mappedpages_commit_callers_max{pager=\"pager\"}",
                                    "mappedpages_checkpoint_seconds_count{pager=\"pager\"}",
                                    "mappedpages_checkpoint_seconds_sum{pager=\"pager\"}",
                                    "mappedpages_checkpoint_seconds_max{pager=\"pager\"}",
                                    "mappedpages_written_bytes_total{pager=\"pager\"}",
                                    "mappedpages_syncs_total{pager=\"pager\"}",
                                    "mappedpages_growth_seconds_count{pager=\"pager\"}",
                                    "mappedpages_growth_seconds_sum{pager=\"pager\"}",
                                    "mappedpages_growth_seconds_max{pager=\"pager\"}",
                                    "mappedpages_failures_total{pager=\"pager\"}",
                                    "mappedpages_reopens_total{pager=\"pager\"}",
                                    "mappedpages_dropped_events_total{pager=\"pager\"}",
                                    "mappedpages_recoveries_total{loss=\"none\",pager=\"pager\"}",
                                    "mappedpages_recoveries_total{loss=\"possible\",pager=\"pager\"}");
                    assertThat(scrape).contains("mappedpages_pages{pager=\"pager\"} 4.0");
                });
    }

    @Test
    void twoPagersAreToldApart() {
        anywhere.withConfiguration(AutoConfigurations.of(SimpleMetricsExportAutoConfiguration.class))
                .withBean("small", Pager.class, () -> Pager.create(files.path(), 10))
                .withBean("large", Pager.class,
                        () -> Pager.builder(files.path()).initialSize(1 << 20).create())
                .run(context -> {
                    MeterRegistry registry = context.getBean(MeterRegistry.class);
                    assertThat(gauge(registry, "mappedpages.pages", "small")).isEqualTo(4);
                    assertThat(gauge(registry, "mappedpages.pages", "large")).isEqualTo(256);
                });
    }

    @Test
    void aPagerBuiltWithTheConfigurerHasItsOwnCommits() {
        simple().withInitializer(context -> context.getBeanFactory().registerSingleton("path", files.path()))
                .withUserConfiguration(PagerAutoConfigurationTest.SecondPager.class).run(context -> {
                    Pager second = context.getBean("second", Pager.class);
                    second.alloc();
                    second.close();

                    MeterRegistry registry = context.getBean(MeterRegistry.class);
                    assertThat(registry.get("mappedpages.commit").tag("pager", "second").timer().count()).isPositive();
                    assertThat(registry.get("mappedpages.commit").tag("pager", "pager").timer().count()).isZero();
                    assertThat(gauge(registry, "mappedpages.pages", "second")).isNaN();
                });
    }

    @Test
    void withoutARegistryThereAreNoMetersAndNoFailure() {
        new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(AllAutoConfigurations.CLASSES))
                .withPropertyValues("mappedpages.path=" + file)
                .run(context -> assertThat(context).hasSingleBean(Pager.class)
                        .doesNotHaveBean(PagerListenerFactory.class).doesNotHaveBean(PagerGauges.class));
    }
}
