package io.mappedpages.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

/** One dependency beside Spring's own: nothing of actuator or Micrometer is on the class path. */
class WithoutActuatorTest extends NotesContract {

    private static final String HEALTH = "/actuator/health";

    @Override
    List<String> command() {
        return List.of("-jar", Notes.jar().toString());
    }

    @Override
    List<String> questions() {
        return List.of(HEALTH);
    }

    @Test
    void thereIsNoHealthToAskFor() {
        assertThat(life.answers().get(HEALTH)).startsWith("404 ");
    }
}
