package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.mappedpages.spring.MappedPagesInfoAutoConfiguration.PagerInfo;
import io.mappedpages.testing.PageFiles;

/** What the endpoint {@code info} tells of pagers. */
class PagerInfoTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final Path file = files.path();

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(AllAutoConfigurations.CLASSES));

    @Test
    void itTellsOfEachFileAndItsPageSizeWhereThatIsWanted() {
        runner.withPropertyValues("mappedpages.path=" + file, "mappedpages.page-size=8KB",
                "management.info.mappedpages.enabled=true").run(context -> {
                    Info.Builder info = new Info.Builder();
                    context.getBean(InfoContributor.class).contribute(info);
                    assertThat(info.build().getDetails()).isEqualTo(
                            Map.of("mappedpages", Map.of("pager", new PagerInfo(file.toRealPath().toString(), 8192))));
                });
    }

    @Test
    void withoutAPagerItTellsNothing() {
        runner.withPropertyValues("management.info.mappedpages.enabled=true").run(context -> {
            Info.Builder info = new Info.Builder();
            context.getBean(InfoContributor.class).contribute(info);
            assertThat(info.build().getDetails()).isEmpty();
        });
    }

    @Test
    void nobodyIsToldWhereFilesAreUnlessItIsSaid() {
        runner.withPropertyValues("mappedpages.path=" + file)
                .run(context -> assertThat(context).doesNotHaveBean(InfoContributor.class));
    }
}
