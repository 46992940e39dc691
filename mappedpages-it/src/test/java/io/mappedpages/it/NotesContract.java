package io.mappedpages.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What holds for the application in whatever form it is started. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class NotesContract {

    /** Where it runs. */
    Path directory;
    Life life;

    /** What comes after "java"; a form that has to be prepared is prepared here. */
    abstract List<String> command() throws IOException, InterruptedException;

    /** How the virtual machine is started beside that. */
    List<String> options() {
        return Jvm.BRIEF;
    }

    /** What the application is asked in the end, by path. */
    abstract List<String> questions();

    @BeforeAll
    void live(@TempDir Path workplace) throws IOException, InterruptedException {
        directory = workplace;
        List<String> command = new ArrayList<>(options());
        command.addAll(command());
        life = Life.of(directory, command, questions());
    }

    @Test
    void aNoteThatWasAcknowledgedIsThereAfterKillMinusNine() {
        assertThat(life.afterKill()).isEqualTo(Life.BEFORE_KILL);
    }

    @Test
    void itEndsWhenItIsAskedToAndClosesItsPager() {
        assertThat(life.endedWhenAsked()).as("ended with %d", life.ended()).isTrue();
        assertThat(life.log()).contains("Closing pager 'pager' on ");
    }

    @Test
    void afterAnOrderlyEndThereIsNothingToRecover() {
        assertThat(life.lastLog()).containsPattern("Opened pager 'pager' on .*, nothing to recover\n");
        assertThat(life.afterEnd()).containsExactly(Life.BEFORE_KILL, Life.BEFORE_END);
    }

    @Test
    void nothingItSaysIsAWarning() {
        assertThat(life.log()).doesNotContainPattern(" WARN | ERROR |WARNING");
        assertThat(life.lastLog()).doesNotContainPattern(" WARN | ERROR |WARNING");
    }
}
