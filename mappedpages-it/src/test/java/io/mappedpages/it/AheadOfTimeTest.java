package io.mappedpages.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;

/** Spring's processing ahead of time: beans are decided when the application is built, and the path when it starts. */
class AheadOfTimeTest extends ActuatorContract {

    private Path elsewhere() {
        return directory.resolve("elsewhere").resolve("other.pages");
    }

    @Override
    List<String> command() {
        return List.of("-Dspring.aot.enabled=true", "-jar", Notes.jarWithActuator().toString(),
                "--mappedpages.path=" + elsewhere());
    }

    @Test
    void itIsWhatWasGeneratedThatRuns() {
        assertThat(life.lastLog()).contains("Starting AOT-processed NotesApplication");
    }

    @Test
    void thePathThatIsGivenWhenItStartsCounts() {
        assertThat(elsewhere()).exists();
        assertThat(directory.resolve("data")).as("the path that it was built with").doesNotExist();
    }

    @Test
    void processingItOpensNoFile() {
        assertThat(Notes.directory().resolve("src")).exists();
        assertThat(Notes.directory().resolve("data")).doesNotExist();
    }
}
