package io.mappedpages.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.mappedpages.internal.recovery.Recovery;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.QuietLog;
import io.mappedpages.testing.RawPageFile;

/** What fails after the file was opened, and before anybody has the engine in hand, leaves the file closed. */
class OpeningThatFailsTest {

    @TempDir
    private Path directory;

    private EngineConfig config(EngineEvents events) {
        QuietLog.use();
        return new EngineConfig(directory.resolve("pages"), 10, 0, Long.MAX_VALUE, 1 << 20, true, Duration.ZERO, false,
                false, -1, () -> 1,
                events,
                1 << 20, new FileStorageProvider());
    }

    private static final EngineEvents THROWING = new EngineEvents() {
        @Override
        public void recovered(Recovery recovery) {
            throw new IllegalStateException("must not happen");
        }
    };

    @Test
    void anOpeningWhoseRecoveryCannotBeToldIsClosedAgain() {
        Engine.create(config(EngineEvents.NONE)).close();
        RawPageFile raw = new RawPageFile(directory.resolve("pages"));
        raw.spoilSlot(1 - raw.newestSlot());

        assertThatIllegalStateException().isThrownBy(() -> Engine.open(config(THROWING)));

        Engine again = Engine.open(config(EngineEvents.NONE));
        assertThat(again.recovery()).isNotNull();
        again.close();
    }

    /** The engine took the new opening for one that had failed, and so nobody closed it. */
    @Test
    void aReopeningWhoseRecoveryCannotBeToldIsOpenAndCanBeClosed() {
        Engine engine = Engine.create(config(THROWING));
        RawPageFile raw = new RawPageFile(directory.resolve("pages"));
        raw.spoilSlot(1 - raw.newestSlot());

        assertThatIllegalStateException().isThrownBy(engine::reopen);

        assertThat(engine.state()).isEqualTo(EngineState.OPEN);
        engine.alloc(1);
        engine.close();
        Engine.open(config(EngineEvents.NONE)).close();
    }
}
