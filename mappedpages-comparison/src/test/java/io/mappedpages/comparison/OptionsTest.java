package io.mappedpages.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import io.mappedpages.comparison.measure.Callers;
import io.mappedpages.comparison.measure.Settings;
import io.mappedpages.comparison.measure.Step;
import io.mappedpages.comparison.store.Contender;

class OptionsTest {

    @Test
    void withoutOptionsTheUsualStoresDoEverything() {
        Settings settings = Options.of().settings();

        assertThat(settings.stores()).containsExactlyElementsOf(Contender.usual()).contains(Contender.RAW);
        assertThat(settings.workloads()).containsExactly(Step.values());
        assertThat(settings.callers()).extracting(Callers::id).containsExactly("1", "4", "16", "64", "v64", "v1000");
        assertThat(settings.count()).isEqualTo(65_536);
    }

    @Test
    void whatIsGivenIsMeasured() {
        Options options = Options.of("--quick", "--stores", "lmdb,raw", "--workloads", "update", "--callers", "8,v9",
                "--seconds", "0.5", "--directory", "there", "--output", "out.json");

        assertThat(options.output()).isEqualTo(Path.of("out.json"));
        assertThat(options.settings().directory()).isEqualTo(Path.of("there"));
        assertThat(options.settings().stores()).containsExactly(Contender.LMDB, Contender.RAW);
        assertThat(options.settings().workloads()).containsExactly(Step.UPDATE);
        assertThat(options.settings().callers()).containsExactly(new Callers(8, false), new Callers(9, true));
        assertThat(options.settings().millis()).isEqualTo(500);
        assertThat(options.settings().rounds()).isEqualTo(1);
    }

    @Test
    void whatIsWrongIsNamed() {
        assertThatThrownBy(() -> Options.of("--round", "3")).hasMessage("There is no option --round.");
        assertThatThrownBy(() -> Options.of("--rounds")).hasMessage("--rounds needs a value.");
        assertThatThrownBy(() -> Options.of("--rounds", "0")).hasMessage("--rounds is to be at least 1.0, not 0.");
        assertThatThrownBy(() -> Options.of("--seconds", "x")).hasMessage("--seconds is to be a number, not \"x\".");
        assertThatThrownBy(() -> Options.of("--stores", "oracle")).hasMessageContaining("\"oracle\"");
        assertThatThrownBy(() -> Options.of("--workloads", "sleep")).hasMessageContaining("\"sleep\"");
        assertThatThrownBy(() -> Options.of("--callers", "vx")).hasMessageContaining("\"vx\"");
    }
}
