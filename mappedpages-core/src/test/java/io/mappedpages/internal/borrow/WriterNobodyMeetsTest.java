package io.mappedpages.internal.borrow;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.mappedpages.internal.engine.Engine;
import io.mappedpages.internal.engine.EngineConfig;
import io.mappedpages.internal.engine.EngineEvents;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.Background;

/**
 * The new content of a protected page was visible before the thread that had committed it woke up and gave the latch back: who
 * read in between waited for that thread, or was refused.
 */
@Timeout(60)
class WriterNobodyMeetsTest {

    @TempDir
    private Path directory;
    private final AtomicInteger looks = new AtomicInteger();
    private volatile Runnable whenVisible = () -> {
    };
    private Engine engine;
    private long id;

    @BeforeEach
    void create() {
        engine = Engine.create(new EngineConfig(directory.resolve("pages"), 10, 1 << 20, Long.MAX_VALUE, 1 << 20, false,
                Duration.ZERO, false, false, -1, () -> 1, new EngineEvents() {
                    @Override
                    public void committed(long generation, int callers, long bytes, int syncs, long nanos) {
                        whenVisible.run();
                    }
                }, 1 << 20, new FileStorageProvider()));
        id = engine.allocProtected(1)[0];
        write(1);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private void write(int value) {
        ProtectedStage stage = staged(value);
        engine.commit(stage);
    }

    private ProtectedStage staged(int value) {
        ProtectedStage stage = engine.writeProtected(id);
        engine.take(stage);
        stage.segment().set(ValueLayout.JAVA_INT, 0, value);
        return stage;
    }

    private PageBorrow current() {
        PageBorrow borrow = engine.readProtected();
        engine.takeCurrent(borrow, id);
        return borrow;
    }

    private static int value(PageBorrow borrow) {
        return borrow.segment().get(ValueLayout.JAVA_INT, 0);
    }

    @Test
    void whoReadsWhenTheContentHasJustBecomeVisibleHasIt() {
        whenVisible = () -> Background.run(() -> {
            PageBorrow borrow = current();
            assertThat(value(borrow)).isEqualTo(2);
            borrow.release();
            looks.incrementAndGet();
        }).result();

        write(2);

        assertThat(looks).hasValue(1);
        whenVisible = () -> {
        };
        write(3);
    }

    /** Until the copies are flipped the second writer would stage what is about to be the past. */
    @Test
    void whoWritesWhenTheContentHasJustBecomeVisibleBeginsWithIt() {
        List<ProtectedStage> next = new ArrayList<>();
        whenVisible = () -> next.add(Background.start(() -> {
            ProtectedStage stage = engine.writeProtected(id);
            engine.take(stage);
            return stage;
        }).result());

        write(2);

        whenVisible = () -> {
        };
        assertThat(next.getFirst().segment().get(ValueLayout.JAVA_INT, 0)).isEqualTo(2);
        next.getFirst().segment().set(ValueLayout.JAVA_INT, 0, 3);
        engine.commit(next.getFirst());
        PageBorrow borrow = current();
        assertThat(value(borrow)).isEqualTo(3);
        borrow.release();
    }

    @Test
    void readersOfTheNewContentAreNotTakenForTheWriter() {
        List<PageBorrow> readers = new ArrayList<>();
        whenVisible = () -> {
            readers.add(Background.start(this::current).result());
            readers.add(Background.start(this::current).result());
        };

        write(2);

        whenVisible = () -> {
        };
        readers.forEach(borrow -> assertThat(value(borrow)).isEqualTo(2));
        readers.getFirst().release();
        write(3);
        assertThat(value(readers.getLast())).as("while it is held").isEqualTo(2);
        readers.getLast().release();
        write(4);
        write(5);
    }
}
