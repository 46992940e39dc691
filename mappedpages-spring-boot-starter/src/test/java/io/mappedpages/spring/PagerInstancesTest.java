package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import io.mappedpages.Pager;
import io.mappedpages.PagerBuilder;
import io.mappedpages.PagerState;
import io.mappedpages.testing.PageFiles;

/** Several pagers by properties. */
class PagerInstancesTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final Path orders = files.path();
    private final Path users = files.path();

    private final ApplicationContextRunner anywhere = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(AllAutoConfigurations.CLASSES));

    private final ApplicationContextRunner two = anywhere.withPropertyValues(
            "mappedpages.instances.orders.path=" + orders, "mappedpages.instances.users.path=" + users);

    @Test
    void eachIsABeanOfItsNameAndClosedWithTheContext() {
        List<Pager> seen = new ArrayList<>();
        two.run(context -> {
            assertThat(context.getBeanNamesForType(Pager.class)).containsExactlyInAnyOrder("orders", "users");
            assertThat(context.getBean("orders", Pager.class).path()).isEqualTo(orders.toRealPath());
            assertThat(context.getBean("users", Pager.class).path()).isEqualTo(users.toRealPath());
            seen.addAll(context.getBeansOfType(Pager.class).values());
        });

        assertThat(seen).hasSize(2).allSatisfy(pager -> assertThat(pager.state()).isEqualTo(PagerState.CLOSED));
    }

    @Test
    void whatIsOfAllIsInheritedUnlessThePagerHasItsOwn() {
        two.withPropertyValues("mappedpages.defaults.page-size=8KB", "mappedpages.defaults.initial-size=64KB",
                "mappedpages.instances.users.page-size=1KB", "mappedpages.path=" + files.path())
                .run(context -> {
                    assertThat(context.getBean("orders", Pager.class))
                            .returns(8192, Pager::pageSize).returns(8L, Pager::pageCount);
                    assertThat(context.getBean("users", Pager.class))
                            .returns(1024, Pager::pageSize).returns(64L, Pager::pageCount);
                    assertThat(context.getBean("pager", Pager.class)).returns(8192, Pager::pageSize);
                });
    }

    @Test
    void whoAsksForOneByItsNameGetsItAndWhoAsksForAnyGetsTheOneOfThePath() {
        two.withPropertyValues("mappedpages.path=" + files.path()).withUserConfiguration(Users.class)
                .run(context -> {
                    assertThat(context.getBean("byName", Pager[].class))
                            .containsExactly(context.getBean("orders", Pager.class),
                                    context.getBean("users", Pager.class));
                    assertThat(context.getBean(Pager.class)).isSameAs(context.getBean("pager"));
                });
        two.run(context -> assertThatExceptionOfType(NoUniqueBeanDefinitionException.class)
                .isThrownBy(() -> context.getBean(Pager.class)));
    }

    @Configuration(proxyBeanMethods = false)
    static class Users {

        @Bean
        Pager[] byName(@Qualifier("orders") Pager one, @Qualifier("users") Pager other) {
            return new Pager[] {one, other};
        }
    }

    @Test
    void aPagerOfTheApplicationsOwnStandsBesideThem() {
        Path own = files.path();
        two.withBean("own", Pager.class, () -> Pager.create(own, 10)).run(context -> {
            assertThat(context.getBeanNamesForType(Pager.class)).containsExactlyInAnyOrder("orders", "users", "own");
            assertThat(context.getBean(Pager.class)).isSameAs(context.getBean("own"));
        });
    }

    @Test
    void eachHasItsMetersItsPartInHealthAndItsPlaceInTheEndpoint() {
        two.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withPropertyValues("management.endpoints.web.exposure.include=*", "mappedpages.defaults.page-size=1KB")
                .run(context -> {
                    context.getBean("orders", Pager.class).allocBulk(100);
                    MeterRegistry registry = context.getBean(MeterRegistry.class);
                    assertThat(registry.get("mappedpages.pages").tag("pager", "orders").gauge().value())
                            .isGreaterThan(100);
                    assertThat(registry.get("mappedpages.pages").tag("pager", "users").gauge().value()).isEqualTo(4);
                    assertThat(
                            context.getBean("mappedpagesHealthContributor", CompositeHealthContributor.class).stream()
                                    .map(entry -> entry.name()))
                            .containsExactlyInAnyOrder("orders", "users");
                    assertThat(context.getBean(MappedPagesEndpoint.class).pagers().pagers())
                            .containsOnlyKeys("orders", "users");
                });
    }

    @Test
    void aCustomizerMayAskForTheName() {
        two.withBean(PagerBuilderCustomizer.class, () -> new PagerBuilderCustomizer() {
            @Override
            public void customize(PagerBuilder builder) {
                throw new AssertionError("asked without a name");
            }

            @Override
            public void customize(String pagerName, PagerBuilder builder) {
                builder.pageSizeLog2(pagerName.equals("orders") ? 11 : 13);
            }
        }).run(context -> {
            assertThat(context.getBean("orders", Pager.class).pageSize()).isEqualTo(2048);
            assertThat(context.getBean("users", Pager.class).pageSize()).isEqualTo(8192);
        });
    }

    @Test
    void namesMayHaveCapitalsAndDashes() {
        anywhere.withPropertyValues("mappedpages.instances.userSessions.path=" + orders,
                "mappedpages.instances.old-users.path=" + users, "mappedpages.instances.userSessions.page-size=2KB")
                .run(context -> {
                    assertThat(context.getBean("userSessions", Pager.class).pageSize()).isEqualTo(2048);
                    assertThat(context.getBean("old-users", Pager.class).path()).isEqualTo(users.toRealPath());
                });
    }

    /** A variable of the environment cannot have the capitals of a name. */
    @Test
    void whatIsWrittenInTwoWaysIsOnePager() {
        anywhere.withPropertyValues("mappedpages.instances.userSessions.path=" + orders)
                .withInitializer(context -> context.getEnvironment().getPropertySources()
                        .addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment",
                                Map.of("MAPPEDPAGES_INSTANCES_USERSESSIONS_PAGESIZE", "2KB"))))
                .run(context -> {
                    assertThat(context.getBeanNamesForType(Pager.class)).containsExactly("userSessions");
                    assertThat(context.getBean(Pager.class).pageSize()).isEqualTo(2048);
                });
    }

    @Test
    void aPathForAllIsRefused() {
        two.withPropertyValues("mappedpages.defaults.path=" + files.path())
                .run(context -> assertThat(context).getFailure()
                        .hasStackTraceContaining("Each pager has a file of its own"));
    }

    @Test
    void aChildContextHasNoneOfItsParents() {
        two.run(parent -> two.withParent(parent).run(child -> {
            assertThat(child).hasNotFailed();
            assertThat(child.getBean("orders")).isSameAs(parent.getBean("orders"));
        }));
    }

    @Test
    void withTheFlagOffThereAreNone() {
        two.withPropertyValues("mappedpages.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(Pager.class));
    }
}
