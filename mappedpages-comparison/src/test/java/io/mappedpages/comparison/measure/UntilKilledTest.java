package io.mappedpages.comparison.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.mappedpages.comparison.store.Contender;
import io.mappedpages.comparison.store.Contents;
import io.mappedpages.comparison.store.Store;
import io.mappedpages.comparison.store.Store.Session;

class UntilKilledTest {

    private static final int COUNT = 64;

    @TempDir
    private Path directory;

    @Test
    void aNewerValueThanWasAcknowledgedIsNotLostAndAnOlderOneIs() throws Exception {
        Path home = Files.createDirectories(directory.resolve("store"));
        try (Acknowledged versions = new Acknowledged(UntilKilled.acknowledged(home), COUNT)) {
            versions.set(1, 1_003);
            versions.set(2, 1_003);
            versions.set(3, 1_003);
        }
        try (Store store = Contender.RAW.open(home); Session session = store.session()) {
            store.load(COUNT, 1);
            session.update(1, Contents.of(1, 1_002));
            session.update(2, Contents.of(2, 1_003));
            session.update(3, Contents.of(3, 1_004));

            assertThat(new UntilKilled(home, COUNT).look(session)).isEqualTo(new UntilKilled.Found(9, 1));
        }
    }

    @Test
    void thatNothingHasReturnedYetIsKnown() throws Exception {
        try (Acknowledged versions = new Acknowledged(directory.resolve("versions"), COUNT)) {
            assertThat(versions.isEmpty()).isTrue();
            versions.set(COUNT - 1, 1_001);
            assertThat(versions.isEmpty()).isFalse();
        }
    }

    @Test
    void aValueThatIsNotWholeIsLost() throws Exception {
        Path home = Files.createDirectories(directory.resolve("store"));
        try (Acknowledged versions = new Acknowledged(UntilKilled.acknowledged(home), COUNT)) {
            versions.set(5, 1_001);
        }
        try (Store store = Contender.RAW.open(home); Session session = store.session()) {
            store.load(COUNT, 1);
            byte[] torn = Contents.of(5, 1_001);
            torn[4_000]++;
            session.update(5, torn);

            assertThat(new UntilKilled(home, COUNT).look(session)).isEqualTo(new UntilKilled.Found(1, 1));
        }
    }
}
