package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.function.Consumer;

import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;

import io.mappedpages.Pager;
import io.mappedpages.ReadOnlyPager;
import io.mappedpages.testing.PageFiles;

/**
 * An application that is processed ahead of time is built once and started with many a file: what pagers there are is known when
 * it starts. Here what the build generates is compiled and run.
 */
@CompileWithForkedClassLoader // so that what is generated is in the packages that it is generated for
class AheadOfTimeTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    /** What is told of an application that was built without properties of its own, and started with these. */
    private void start(Consumer<GenericApplicationContext> test, String... properties) {
        TestGenerationContext generated = new TestGenerationContext();
        var built = new AnnotationConfigApplicationContext();
        TestPropertyValues.of("management.endpoints.web.exposure.include=*").applyTo(built);
        built.register(MetricsAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class,
                CompositeMeterRegistryAutoConfiguration.class);
        built.register(AllAutoConfigurations.CLASSES);
        built.register(HealthContributorRegistryAutoConfiguration.class);
        var initializer = new ApplicationContextAotGenerator().processAheadOfTime(built, generated);
        generated.writeGeneratedContent();
        TestCompiler.forSystem().with(generated).compile(compiled -> {
            @SuppressWarnings("unchecked")
            ApplicationContextInitializer<GenericApplicationContext> beans = compiled
                    .getInstance(ApplicationContextInitializer.class, initializer.toString());
            try (var context = new GenericApplicationContext()) {
                TestPropertyValues.of(properties).applyTo(context);
                beans.initialize(context);
                context.refresh();
                test.accept(context);
            }
        });
    }

    @Test
    void aPathThatIsSetWhenItStartsIsEnough() {
        Path path = files.path();
        start(context -> {
            Pager pager = context.getBean("pager", Pager.class);
            pager.alloc();
            assertThat(pager.path()).isEqualTo(path);
            assertThat(context.getBean(MeterRegistry.class).get("mappedpages.pages").gauge().value()).isEqualTo(4);
            assertThat(context.getBean(HealthContributorRegistry.class).getContributor("mappedpages")).isNotNull();
            assertThat(context.getBean(MappedPagesEndpoint.class).pagers().pagers()).containsOnlyKeys("pager");
        }, "mappedpages.path=" + path);
    }

    @Test
    void soAreThoseOfSeveralPagersWithWhatTheyInherit() {
        start(context -> {
            assertThat(context.getBean("orders", Pager.class).pageSize()).isEqualTo(8192);
            assertThat(context.getBean("users", Pager.class).pageSize()).isEqualTo(1024);
        }, "mappedpages.instances.orders.path=" + files.path(), "mappedpages.instances.users.path=" + files.path(),
                "mappedpages.instances.users.page-size=1KB", "mappedpages.defaults.page-size=8KB");
    }

    @Test
    void whichOnesOnlyReadIsKnownWhenItStarts() {
        Path path = files.path();
        Pager.create(path, 12).close();
        start(context -> {
            assertThat(context.getBeanNamesForType(ReadOnlyPager.class)).containsExactlyInAnyOrder("pager", "view");
            assertThat(context.getBeanNamesForType(Pager.class)).containsExactly("orders");
            assertThat(context.getBean("view", ReadOnlyPager.class).pageCount()).isEqualTo(4);
            assertThat(context.getBean(MeterRegistry.class).get("mappedpages.pages").tag("pager", "view").gauge()
                    .value()).isEqualTo(4);
            assertThat(context.getBean(MappedPagesEndpoint.class).pager("view").readOnly()).isTrue();
        }, "mappedpages.path=" + path, "mappedpages.read-only=true", "mappedpages.instances.view.path=" + path,
                "mappedpages.instances.view.read-only=true", "mappedpages.instances.orders.path=" + path);
    }

    @Test
    void withoutAPathItStartsWithoutAPager() {
        start(context -> {
            assertThat(context.getBeanNamesForType(Pager.class)).isEmpty();
            assertThat(context.getBean(HealthContributorRegistry.class).getContributor("mappedpages")).isNull();
            assertThat(context.getBean(MappedPagesEndpoint.class).pagers().pagers()).isEmpty();
        });
    }
}
