package io.mappedpages.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

/** The operating system tells of a failed write once, so nothing may succeed after it was told. */
class SyncGateTest {

    private final SyncGate gate = new SyncGate(Path.of("pages"));
    private final AtomicInteger runs = new AtomicInteger();

    @Test
    void noSyncRunsAfterOneThatFailed() {
        IOException failure = new IOException("Input/output error");
        assertThatIOException().isThrownBy(() -> gate.pass(() -> {
            throw failure;
        })).isSameAs(failure);
        assertThatIOException().isThrownBy(() -> gate.pass(runs::incrementAndGet)).withCause(failure)
                .withMessageContaining("pages: a sync has failed before");
        assertThat(runs).hasValue(0);
    }

    /** Memory may run out between the report and the exception for it. */
    @Test
    void noSyncRunsAfterOneThatEndedInAnError() {
        assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> gate.pass(() -> {
            throw new OutOfMemoryError("for a test");
        }));
        assertThatIOException().isThrownBy(() -> gate.pass(runs::incrementAndGet))
                .withCauseInstanceOf(OutOfMemoryError.class);
        assertThat(runs).hasValue(0);
    }

    @Test
    void theLastStepRunsOnceAndNoSyncAfterIt() throws IOException {
        gate.close(runs::incrementAndGet);
        gate.close(runs::incrementAndGet);
        assertThatIOException().isThrownBy(() -> gate.pass(runs::incrementAndGet)).withMessage("pages is closed");
        assertThat(runs).hasValue(1);
    }
}
