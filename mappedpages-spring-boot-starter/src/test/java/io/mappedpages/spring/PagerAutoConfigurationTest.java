package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

import io.mappedpages.PageBorrowedException;
import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.PagerFullException;
import io.mappedpages.PagerIoException;
import io.mappedpages.PagerListener;
import io.mappedpages.PagerState;
import io.mappedpages.internal.format.SuperblockSlot;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;

@ExtendWith(OutputCaptureExtension.class)
class PagerAutoConfigurationTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final Path file = files.path();

    private final ApplicationContextRunner anywhere = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(AllAutoConfigurations.CLASSES));

    private ApplicationContextRunner here() {
        return anywhere.withPropertyValues("mappedpages.path=" + file);
    }

    @Test
    void aPathIsEnoughForAPagerOf4KiBPages() {
        here().run(context -> {
            assertThat(context).hasSingleBean(Pager.class).hasBean("pager");
            Pager pager = context.getBean(Pager.class);
            assertThat(pager.state()).isEqualTo(PagerState.OPEN);
            assertThat(pager.path()).isEqualTo(file.toRealPath());
            assertThat(pager.pageSize()).isEqualTo(4096);
            assertThat(pager.pageCount()).isEqualTo(4);
            pager.alloc();
        });
    }

    @Test
    void withoutAPathThereIsNoPager() {
        anywhere.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(Pager.class)
                .hasSingleBean(PagerBuilderConfigurer.class));
    }

    @Test
    void withTheFlagOffThereIsNoPagerAndNoFile() {
        here().withPropertyValues("mappedpages.enabled=false").run(context -> {
            assertThat(context).hasNotFailed().doesNotHaveBean(Pager.class);
            assertThat(files.directory()).isEmptyDirectory();
        });
    }

    @Test
    void withTheFlagOnThereIsAPager() {
        here().withPropertyValues("mappedpages.enabled=true")
                .run(context -> assertThat(context).hasSingleBean(Pager.class));
    }

    @Test
    void aPagerOfTheApplicationsOwnIsKeptAndThePathIsLeftAlone() {
        Path own = files.path();
        here().withBean("own", Pager.class, () -> Pager.create(own, 10)).run(context -> {
            assertThat(context).hasSingleBean(Pager.class).doesNotHaveBean("pager");
            assertThat(context.getBean(Pager.class).path()).isEqualTo(own.toRealPath());
            assertThat(file).doesNotExist();
        });
    }

    @Test
    void aSecondPagerThatIsNoDefaultCandidateStandsBesideTheFirst() {
        here().withBean("path", Path.class, files::path).withUserConfiguration(SecondPager.class)
                .run(context -> {
                    assertThat(context.getBeanNamesForType(Pager.class)).containsExactlyInAnyOrder("pager", "second");
                    assertThat(context.getBean("second", Pager.class).pageSize()).isEqualTo(1024);
                });
    }

    @Test
    void thePagerIsClosedWithItsContext() {
        List<Pager> seen = new ArrayList<>();
        here().run(context -> seen.add(context.getBean(Pager.class)));

        assertThat(seen).singleElement().extracting(Pager::state).isEqualTo(PagerState.CLOSED);
        assertThatNoException().isThrownBy(() -> Pager.open(file).close());
    }

    @Test
    void missingDirectoriesAreCreatedAlongWithTheFile() {
        Path deep = files.directory().resolve("a/b/c.pages");
        anywhere.withPropertyValues("mappedpages.path=" + deep)
                .run(context -> assertThat(context.getBean(Pager.class).path()).isEqualTo(deep.toRealPath()));
    }

    @Test
    void whereTheFileIsNeverCreatedAMissingOneIsAnErrorAndNoDirectoryIsMade() {
        anywhere.withPropertyValues("mappedpages.path=" + files.directory().resolve("a/b.pages"),
                "mappedpages.create=never")
                .run(context -> {
                    assertThat(context).getFailure().hasRootCauseInstanceOf(NoSuchFileException.class)
                            .hasStackTraceContaining(PagerIoException.class.getName());
                    assertThat(files.directory()).isEmptyDirectory();
                });
    }

    @Test
    void whereTheFileIsNeverCreatedAnExistingOneIsOpened() {
        Pager.create(file, 12).close();
        here().withPropertyValues("mappedpages.create=never")
                .run(context -> assertThat(context).hasSingleBean(Pager.class));
    }

    @Test
    void anExistingFileOfAnotherPageSizeIsOpenedIfNoPageSizeIsAskedFor() {
        Pager.create(file, 13).close();
        here().run(context -> assertThat(context.getBean(Pager.class).pageSize()).isEqualTo(8192));
    }

    @Test
    void aRelativePathIsLookedForInTheWorkingDirectoryAndNotOnTheClassPath() {
        assertThat(getClass().getResource("/META-INF/spring.factories")).isNotNull();
        anywhere.withPropertyValues("mappedpages.path=META-INF/spring.factories", "mappedpages.create=never")
                .run(context -> assertThat(context).getFailure()
                        .hasRootCauseInstanceOf(NoSuchFileException.class));
    }

    @Test
    void theFileMayBeGivenAsAnAddress() {
        anywhere.withPropertyValues("mappedpages.path=" + file.toUri())
                .run(context -> assertThat(context.getBean(Pager.class).path()).isEqualTo(file.toRealPath()));
    }

    @Test
    void aPlaceholderWithoutAValueIsNotTakenForADirectory() {
        anywhere.withPropertyValues("mappedpages.path=" + files.directory() + "/${NO_SUCH_THING}/x.pages")
                .run(context -> {
                    assertThat(context).getFailure()
                            .hasStackTraceContaining("It has a placeholder for which there is no value");
                    assertThat(files.directory()).isEmptyDirectory();
                });
    }

    @Test
    void sizesReachThePager() {
        here().withPropertyValues("mappedpages.page-size=1KB", "mappedpages.initial-size=64KB",
                "mappedpages.growth-step=8KB", "mappedpages.max-size=80KB").run(context -> {
                    Pager pager = context.getBean(Pager.class);
                    assertThat(pager.pageSize()).isEqualTo(1024);
                    assertThat(pager.pageCount()).isEqualTo(64);
                    pager.allocBulk((int) pager.freePageCount());
                    pager.alloc();
                    assertThat(pager.pageCount()).isEqualTo(72);
                    assertThatExceptionOfType(PagerFullException.class).isThrownBy(() -> pager.allocBulk(16))
                            .withMessageContaining(Integer.toString(80 << 10));
                });
    }

    @Test
    void theCommitModeReachesThePager() {
        ApplicationContextRunner large = here().withPropertyValues("mappedpages.initial-size=1MB");
        large.withPropertyValues("mappedpages.commit-mode=journal")
                .run(context -> assertThat(recordsOfSome(context.getBean(Pager.class))).isPositive());
        large.withPropertyValues("mappedpages.commit-mode=checkpoint", "mappedpages.journal-size=64KB")
                .run(context -> assertThat(recordsOfSome(context.getBean(Pager.class))).isZero());
    }

    @Test
    void thereIsNoJournalIfItsSizeIsZero() {
        here().withPropertyValues("mappedpages.initial-size=1MB", "mappedpages.commit-mode=journal",
                "mappedpages.journal-size=0")
                .run(context -> assertThat(recordsOfSome(context.getBean(Pager.class))).isZero());
    }

    @Test
    void theSizeOfTheJournalReachesThePager() {
        here().withPropertyValues("mappedpages.commit-mode=journal", "mappedpages.journal-size=64KB")
                .run(context -> {
                    Pager pager = context.getBean(Pager.class);
                    pager.alloc(); // a file below 1 MiB would have no journal by itself
                    assertThat(recordsOfSome(pager)).isPositive();
                });
    }

    /** {@return how many of a few commits are in the journal alone} */
    private static long recordsOfSome(Pager pager) {
        for (int i = 0; i < 3; i++) {
            pager.alloc();
        }
        return pager.stats().recordsSinceCheckpoint();
    }

    @Test
    void theLongestTimeOfABorrowReachesThePager() {
        here().withPropertyValues("mappedpages.borrow-timeout=0s", "mappedpages.overdue-borrow=1h").run(context -> {
            Pager pager = context.getBean(Pager.class);
            PageId page = pager.alloc();
            try (var _ = pager.write(page)) {
                assertThatExceptionOfType(PageBorrowedException.class).isThrownBy(() -> pager.read(page))
                        .satisfies(
                                e -> assertThat(e.getSuppressed()).singleElement().satisfies(place -> assertThat(place)
                                        .hasStackTraceContaining("PagerAutoConfigurationTest")));
            }
        });
    }

    @Test
    void theBorrowTimeoutReachesThePager() {
        here().withPropertyValues("mappedpages.borrow-timeout=7ms").run(context -> {
            Pager pager = context.getBean(Pager.class);
            PageId page = pager.alloc();
            try (var _ = pager.write(page)) {
                assertThatExceptionOfType(PageBorrowedException.class).isThrownBy(() -> pager.read(page))
                        .extracting(PageBorrowedException::waited,
                                InstanceOfAssertFactories.DURATION)
                        .isBetween(Duration.ofMillis(7), Duration.ofSeconds(2));
            }
        });
    }

    @Test
    void aFileWithoutReservedBlocksSaysThatItIsSparse() {
        here().withPropertyValues("mappedpages.reserve=false").run(context -> assertThat(context).hasNotFailed());
        assertThat(compatibleFlags()).isEqualTo(SuperblockSlot.FLAG_SPARSE);
    }

    @Test
    void blocksAreReservedUnlessItIsSaidOtherwise() {
        here().run(context -> assertThat(context).hasNotFailed());
        assertThat(compatibleFlags()).isZero();
    }

    private int compatibleFlags() {
        return new RawPageFile(file).slot(0).compatibleFlags();
    }

    @Test
    void customizersAreCalledInTheirOrderAfterTheProperties() {
        here().withPropertyValues("mappedpages.page-size=4KB").withUserConfiguration(Customizers.class)
                .run(context -> assertThat(context.getBean(Pager.class).pageSize()).isEqualTo(1 << 15));
    }

    @Test
    void listenersAreHeardInTheirOrderEvenIfOneFails(CapturedOutput output) {
        List<String> heard = new CopyOnWriteArrayList<>();
        here().withBean("heard", List.class, () -> heard).withUserConfiguration(Listeners.class).run(context -> {
            Pager pager = context.getBean(Pager.class);
            pager.alloc();
            pager.close(); // delivers what is still to be delivered
            assertThat(heard).startsWith("first commit", "second commit").contains("first CLOSED", "second CLOSED");
        });
        assertThat(output).contains("told to fail");
    }

    @Test
    void listenersOfAChildContextHearItsPagerThoughTheParentHasThePagerBuilderConfigurerToo() {
        List<String> heard = new CopyOnWriteArrayList<>();
        anywhere.run(parent -> here().withParent(parent)
                .withBean(PagerListener.class, () -> new Listeners.Named("childs", heard)).run(child -> {
                    child.getBean(Pager.class).alloc();
                    child.getBean(Pager.class).close(); // delivers what is still to be delivered
                }));

        assertThat(heard).startsWith("childs commit");
    }

    @Test
    void aListenerOfOnesOwnIsLeftAloneWhereTheApplicationHasNone() {
        List<String> heard = new CopyOnWriteArrayList<>();
        anywhere.withClassLoader(new FilteredClassLoader("io.micrometer")).run(context -> {
            try (Pager pager = context.getBean(PagerBuilderConfigurer.class)
                    .configure("mine", Pager.builder(file).listener(new Listeners.Named("mine", heard)))
                    .openOrCreate()) {
                pager.alloc();
            }
            assertThat(heard).startsWith("mine commit");
        });
    }

    @Test
    void oneLineTellsWhatWasOpened(CapturedOutput output) {
        here().withPropertyValues("mappedpages.page-size=8KB").run(context -> assertThat(output).containsOnlyOnce(
                "Opened pager 'pager' on " + file.toRealPath()
                        + ": page size 8KB, 4 pages, 1 free, nothing to recover"));
    }

    /** A file that was not closed: its last commits are in the journal alone. */
    @ParameterizedTest
    @CsvSource({"1,1 record of the journal replayed", "3,3 records of the journal replayed"})
    void theLineTellsHowManyRecordsWereReplayedAfterAKill(int commits, String words, CapturedOutput output) {
        Pager killed = files.add(Pager.builder(file).initialSize(2 << 20).openOrCreate());
        killed.checkpoint();
        for (int i = 0; i < commits; i++) {
            killed.alloc();
        }
        Path left = files.copyOf(killed);

        anywhere.withPropertyValues("mappedpages.path=" + left).run(context -> {
            assertThat(context.getBean(Pager.class).allocatedPages()).hasSize(commits);
            assertThat(output).containsOnlyOnce("Opened pager 'pager' on " + left)
                    .containsPattern("free, " + words + ", nothing lost\\R").doesNotContain("nothing to recover");
        });
    }

    @Test
    void anotherLineTellsThatItIsClosed(CapturedOutput output) {
        here().run(context -> assertThat(output).doesNotContain("Closing"));

        assertThat(output).containsOnlyOnce("Closing pager 'pager' on " + file);
    }

    @Test
    void theLineTellsOfARecovery(CapturedOutput output) {
        Damage.toTheNewestMetadata(file);
        here().run(context -> assertThat(output).containsPattern(
                "Opened pager 'pager' on .*, recovered at generation \\d+, loss POSSIBLE"));
    }

    @Test
    void withoutActuatorThereIsAPagerAndItsMeters() {
        here().withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate",
                "org.springframework.boot.health")).withBean(SimpleMeterRegistry.class).run(context -> {
                    context.getBean(Pager.class).alloc();
                    assertThat(own(context)).containsExactlyInAnyOrder("mappedpagesMeters", "mappedpagesGauges",
                            "mappedpagesReaderGauges");
                });
    }

    @Test
    void withoutMicrometerThereIsAPagerAndItsHealth() {
        here().withClassLoader(new FilteredClassLoader("org.springframework.boot.micrometer", "io.micrometer"))
                .withPropertyValues("management.endpoints.web.exposure.include=*").run(context -> {
                    context.getBean(Pager.class).alloc();
                    assertThat(own(context)).containsExactlyInAnyOrder("mappedpagesHealthContributor",
                            "mappedpagesEndpoint", "mappedpagesEvents");
                });
    }

    @Test
    void withoutEitherThereIsAPager() {
        here().withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate",
                "org.springframework.boot.health", "org.springframework.boot.micrometer", "io.micrometer"))
                .run(context -> {
                    context.getBean(Pager.class).alloc();
                    assertThat(own(context)).isEmpty();
                });
    }

    /** The beans that stand around the pager. */
    private static Stream<String> own(ApplicationContext context) {
        return Arrays.stream(context.getBeanDefinitionNames()).filter(name -> name.matches("mappedpages[A-Z].*"));
    }

    @Configuration(proxyBeanMethods = false)
    static class SecondPager {

        @Bean(defaultCandidate = false)
        Pager second(PagerBuilderConfigurer configurer, Path path) {
            return configurer.configure("second", Pager.builder(path).pageSizeLog2(10)).create();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Customizers {

        @Bean
        @Order(2)
        PagerBuilderCustomizer later() {
            return builder -> builder.pageSizeLog2(15);
        }

        @Bean
        @Order(1)
        PagerBuilderCustomizer earlier() {
            return builder -> builder.pageSizeLog2(14);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Listeners {

        record Named(String name, List<String> heard) implements PagerListener {

            @Override
            public void onCommit(CommitEvent event) {
                heard.add(name + " commit");
            }

            @Override
            public void onState(StateEvent event) {
                heard.add(name + " " + event.to());
            }
        }

        @Bean
        @Order(3)
        PagerListener second(List<String> heard) {
            return new Named("second", heard);
        }

        @Bean
        @Order(2)
        PagerListener failing() {
            return new PagerListener() {
                @Override
                public void onCommit(CommitEvent event) {
                    throw new IllegalStateException("told to fail");
                }
            };
        }

        @Bean
        @Order(1)
        PagerListener first(List<String> heard) {
            return new Named("first", heard);
        }
    }
}
