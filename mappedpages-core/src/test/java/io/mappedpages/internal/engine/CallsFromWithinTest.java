package io.mappedpages.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.mappedpages.internal.borrow.PageBorrow;
import io.mappedpages.internal.storage.FileStorageProvider;

/** A thread in the middle of a commit calls the engine: it is refused at once, and all is as if it had not. */
@Timeout(60)
class CallsFromWithinTest {

    @TempDir
    private Path directory;

    static Stream<Consumer<Engine>> calls() {
        return Stream.of(Engine::close, Engine::reopen, Engine::verify, Engine::trim, engine -> engine.alloc(1),
                engine -> engine.alloc(100), engine -> engine.allocProtected(1));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void whoIsInTheMiddleOfACommitIsRefusedAndNothingHasChanged(Consumer<Engine> call) {
        List<Throwable> thrown = new ArrayList<>();
        Engine[] engine = new Engine[1];
        engine[0] = Engine.create(new EngineConfig(directory.resolve("pages"), 10, 0, Long.MAX_VALUE, 1 << 20, false,
                Duration.ZERO, false, false, -1, () -> 1, new EngineEvents() {
                    @Override
                    public void committed(long generation, int callers, long bytes, int syncs, long nanos) {
                        if (thrown.isEmpty()) {
                            thrown.add(catchThrowable(() -> call.accept(engine[0])));
                        }
                    }
                }, 1 << 20, new FileStorageProvider()));

        long page = engine[0].alloc(1)[0];

        assertThat(thrown).singleElement().isInstanceOf(IllegalStateException.class);
        assertThat(engine[0].state()).isEqualTo(EngineState.OPEN);
        PageBorrow borrow = engine[0].read(page);
        engine[0].takeShared(borrow);
        borrow.release();
        engine[0].alloc(1);
        engine[0].close();
    }
}
