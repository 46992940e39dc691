package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.mappedpages.Pager;
import io.mappedpages.PagerStats;
import io.mappedpages.testing.PageFiles;

class MappedPagesEndpointTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final Path file = files.path();

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(AllAutoConfigurations.CLASSES));

    private ApplicationContextRunner exposed() {
        return runner.withPropertyValues("management.endpoints.web.exposure.include=mappedpages",
                "mappedpages.path=" + file);
    }

    @Test
    void itIsThereOnlyWhereItIsExposed() {
        exposed().run(context -> assertThat(context).hasSingleBean(MappedPagesEndpoint.class));
        exposed().withPropertyValues("management.endpoints.web.exposure.include=health")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(MappedPagesEndpoint.class));
        exposed().withPropertyValues("management.endpoint.mappedpages.access=NONE")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(MappedPagesEndpoint.class));
    }

    @Test
    void withoutAPagerItTellsOfNone() {
        exposed().withPropertyValues("mappedpages.enabled=false")
                .run(context -> assertThat(context.getBean(MappedPagesEndpoint.class).pagers().pagers()).isEmpty());
    }

    @Test
    void itTellsGeometryCountsAndState() {
        exposed().run(context -> {
            Pager pager = context.getBean(Pager.class);
            pager.allocProtected();
            var told = context.getBean(MappedPagesEndpoint.class).pager("pager");

            PagerStats stats = pager.stats();
            assertThat(told).isEqualTo(new MappedPagesEndpoint.PagerDescriptor(pager.path().toString(), "Open", 4096,
                    pager.pageCount(), pager.freePageCount(), 1L, stats.maxPages(), null, null,
                    new MappedPagesEndpoint.Counters(stats.generation(), 0L, stats.fileBytes(), 0L, 0L, 0L), null));
        });
    }

    @Test
    void itTellsWhatWasRecovered() {
        Damage.toTheNewestSlot(file);
        exposed().run(context -> {
            var told = context.getBean(MappedPagesEndpoint.class).pager("pager");
            assertThat(told.recovery()).isEqualTo(context.getBean(Pager.class).recovery().orElseThrow());
        });
    }

    @Test
    void aChildHasOneThatTellsOfItsOwnPagerAndOfItsParents() {
        exposed().run(parent -> exposed().withParent(parent)
                .withBean("own", Pager.class, () -> Pager.create(files.path(), 10)).run(child -> {
                    MappedPagesEndpoint endpoint = child.getBean(MappedPagesEndpoint.class);

                    assertThat(endpoint).isNotSameAs(parent.getBean(MappedPagesEndpoint.class));
                    assertThat(endpoint.pagers().pagers()).containsOnlyKeys("own", "pager");
                }));
    }

    @Test
    void itTellsOfEveryPagerByName() {
        exposed().withBean("own", Pager.class, () -> Pager.create(files.path(), 10))
                .withBean("other", Pager.class, () -> Pager.create(files.path(), 11))
                .run(context -> {
                    context.getBean("other", Pager.class).close();
                    MappedPagesEndpoint endpoint = context.getBean(MappedPagesEndpoint.class);

                    assertThat(endpoint.pagers().pagers()).containsOnlyKeys("own", "other");
                    assertThat(endpoint.pager("other"))
                            .extracting(told -> told.state(), told -> told.pageSize(), told -> told.pages())
                            .containsExactly("Closed", 2048, null);
                    assertThat(endpoint.pager("nobody")).isNull();
                });
    }
}
