package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import io.mappedpages.FaultyPagers;
import io.mappedpages.Pager;
import io.mappedpages.PagerUnavailableException;
import io.mappedpages.RecoveryReport;
import io.mappedpages.RecoveryReport.Loss;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FaultyStorageProvider.Event;
import io.mappedpages.internal.storage.FaultyStorageProvider.Fault;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.PageFiles;

class PagerHealthTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final Path file = files.path();

    private final FaultyStorageProvider disk = new FaultyStorageProvider(new FileStorageProvider());

    private final ApplicationContextRunner anywhere = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(AllAutoConfigurations.CLASSES))
            .withConfiguration(AutoConfigurations.of(HealthContributorRegistryAutoConfiguration.class,
                    HealthContributorAutoConfiguration.class));

    private ApplicationContextRunner here() {
        return anywhere.withPropertyValues("mappedpages.path=" + file)
                .withBean(PagerBuilderCustomizer.class, () -> builder -> FaultyPagers.on(disk, builder));
    }

    private static Health health(ApplicationContext context) {
        var contributor = context.getBean(HealthContributorRegistry.class).getContributor("mappedpages");
        return ((HealthIndicator) contributor).health(true);
    }

    @Test
    void aChildSaysHowItsOwnPagerIs() {
        here().run(
                parent -> anywhere.withParent(parent).withBean("own", Pager.class, () -> Pager.create(files.path(), 10))
                        .run(child -> {
                            assertThat(child.getBean("mappedpagesHealthContributor")).isInstanceOfSatisfying(
                                    CompositeHealthContributor.class,
                                    all -> assertThat(all.getContributor("own")).isNotNull());
                        }));
    }

    private static void makeUnavailable(Pager pager, FaultyStorageProvider disk) {
        disk.failNext(Call.SYNC, Fault.BEFORE);
        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(pager::alloc);
    }

    @Test
    void anOpenPagerIsUpAndTellsItsCounts() {
        here().run(context -> {
            Health health = health(context);
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails()).containsOnlyKeys("state", "path", "pages", "free", "usableDisk")
                    .containsEntry("state", "Open").containsEntry("path", file.toRealPath().toString())
                    .containsEntry("pages", 4L).containsEntry("free", 1L);
            assertThat((long) health.getDetails().get("usableDisk")).isPositive();
        });
    }

    @Test
    void anUnavailablePagerIsDownWithItsCauseAndUpAgainWhenItIsReopened() {
        here().run(context -> {
            Pager pager = context.getBean(Pager.class);
            makeUnavailable(pager, disk);

            Health health = health(context);
            assertThat(health.getStatus()).isEqualTo(Status.DOWN);
            assertThat(health.getDetails()).containsOnlyKeys("state", "cause", "path", "usableDisk")
                    .containsEntry("state", "Unavailable");
            assertThat((String) health.getDetails().get("cause")).contains("IOException", "told to fail");

            pager.reopen();
            assertThat(health(context).getStatus()).isEqualTo(Status.UP);
        });
    }

    @Test
    void aClosedPagerIsDown() {
        here().run(context -> {
            context.getBean(Pager.class).close();

            assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
            assertThat(health(context).getDetails()).containsEntry("state", "Closed").doesNotContainKeys("pages",
                    "free");
        });
    }

    @Test
    void aCheckLooksAtTheFileAndChangesNothing() {
        here().run(context -> {
            disk.reset();
            health(context);
            assertThat(disk.events()).extracting(Event::call).containsOnly(Call.LENGTH, Call.READ);
            assertThat(disk.count(Call.READ)).isEqualTo(1);

            makeUnavailable(context.getBean(Pager.class), disk);
            disk.reset();
            health(context);
            assertThat(disk.events()).isEmpty();
        });
    }

    /** Nothing is written, so no commit notices it. */
    @Test
    void aPagerWhoseFileSomebodyElseWroteToIsDownAndSaysWhatHappened() {
        here().run(context -> {
            Pager pager = context.getBean(Pager.class);
            byte[] older = Files.readAllBytes(file);
            pager.alloc();
            assertThat(health(context).getStatus()).isEqualTo(Status.UP);
            Files.write(file, older);

            Health health = health(context);

            assertThat(health.getStatus()).isEqualTo(Status.DOWN);
            assertThat(health.getDetails()).containsEntry("state", "Unavailable");
            assertThat((String) health.getDetails().get("cause")).contains("wrote to the file", "backup");
        });
        files.damaged(file);
    }

    @Test
    void whenThereIsLittleRoomItWarnsAndStaysUp() {
        here().withPropertyValues("management.health.mappedpages.disk-threshold=100TB").run(context -> {
            assertThat(health(context).getStatus()).isEqualTo(Status.UP);
            assertThat(health(context).getDetails()).extractingByKey("warnings", LIST).singleElement(STRING)
                    .contains("left on the disk, less than 100TB");
        });
        here().withPropertyValues("mappedpages.max-size=400KB", "management.health.mappedpages.room-threshold=20")
                .run(context -> {
                    Pager pager = context.getBean(Pager.class);
                    assertThat(health(context).getDetails()).doesNotContainKey("warnings");
                    pager.allocBulk(85);
                    assertThat(health(context).getStatus()).isEqualTo(Status.UP);
                    assertThat(health(context).getDetails()).extractingByKey("warnings", LIST).singleElement(STRING)
                            .contains("of at most 100 pages are left, less than 20 %");
                });
    }

    @Test
    void aRecoveryIsShown() {
        Damage.toTheNewestSlot(file);
        here().run(context -> {
            RecoveryReport report = context.getBean(Pager.class).recovery().orElseThrow();
            assertThat(health(context).getDetails()).containsEntry("recovery", report);
        });
    }

    @Test
    void aCommitThatMayBeLostIsShownAndThePagerIsUp() {
        Damage.toTheNewestMetadata(file);
        here().run(context -> {
            assertThat(health(context).getStatus()).isEqualTo(Status.UP);
            assertThat(health(context).getDetails()).extractingByKey("recovery", type(RecoveryReport.class))
                    .extracting(RecoveryReport::loss).isEqualTo(Loss.POSSIBLE);
        });
    }

    @Test
    void severalPagersAreShownByTheirNames() {
        anywhere.withBean("left", Pager.class, () -> Pager.create(files.path(), 10))
                .withBean("right", Pager.class, () -> Pager.create(files.path(), 10))
                .run(context -> {
                    context.getBean("right", Pager.class).close();
                    var contributor = (CompositeHealthContributor) context.getBean(HealthContributorRegistry.class)
                            .getContributor("mappedpages");
                    assertThat(contributor.stream()).map(entry -> entry.name()).containsExactlyInAnyOrder("left",
                            "right");
                    assertThat(((HealthIndicator) contributor.getContributor("left")).health().getStatus())
                            .isEqualTo(Status.UP);
                    assertThat(((HealthIndicator) contributor.getContributor("right")).health().getStatus())
                            .isEqualTo(Status.DOWN);
                });
    }

    @Test
    void onePagerMayBeLeftOutAndOneThatInheritsThatMayBeTakenIn() {
        ApplicationContextRunner two = anywhere.withPropertyValues("mappedpages.path=" + file,
                "mappedpages.instances.cache.path=" + files.path());
        two.withPropertyValues("mappedpages.instances.cache.health=false").run(context -> {
            context.getBean("cache", Pager.class).close();
            assertThat(health(context).getStatus()).isEqualTo(Status.UP);
            assertThat(health(context).getDetails()).containsEntry("path", file.toString());
        });
        two.withPropertyValues("mappedpages.defaults.health=false", "mappedpages.instances.cache.health=true")
                .run(context -> assertThat(health(context).getDetails()).doesNotContainEntry("path", file.toString()));
        two.withPropertyValues("mappedpages.defaults.health=false")
                .run(context -> assertThat(context.getBean(HealthContributorRegistry.class)
                        .getContributor("mappedpages")).isNull());
        two.withPropertyValues("mappedpages.defaults.health=false")
                .withBean("own", Pager.class, () -> Pager.create(files.path(), 10))
                .run(context -> assertThat(health(context).getDetails()).containsEntry("pages", 4L));
    }

    @Test
    void theSwitchTurnsItOff() {
        here().withPropertyValues("management.health.mappedpages.enabled=false")
                .run(context -> assertThat(context.getBean(HealthContributorRegistry.class)
                        .getContributor("mappedpages")).isNull());
    }

    @Test
    void anIndicatorOfTheApplicationsOwnIsKept() {
        here().withBean("mappedpagesHealthIndicator", HealthIndicator.class,
                () -> () -> Health.up().withDetail("mine", true).build())
                .run(context -> assertThat(health(context).getDetails()).containsOnlyKeys("mine"));
    }

    @Test
    void withoutAPagerThereIsNothingToTell() {
        anywhere.run(context -> assertThat(context.getBean(HealthContributorRegistry.class)
                .getContributor("mappedpages")).isNull());
    }
}
