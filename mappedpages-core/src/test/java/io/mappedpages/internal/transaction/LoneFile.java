package io.mappedpages.internal.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

import io.mappedpages.internal.commit.JournalPolicy;
import io.mappedpages.internal.engine.Engine;
import io.mappedpages.internal.engine.EngineConfig;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.latch.HeldLatches;
import io.mappedpages.internal.latch.WaitCounts;
import io.mappedpages.internal.log.QuietLock;
import io.mappedpages.internal.mapping.LentMapping;
import io.mappedpages.internal.recovery.Recoverer;
import io.mappedpages.internal.storage.HeldLock;
import io.mappedpages.internal.storage.PageStorage;
import io.mappedpages.internal.thread.Deadline;
import io.mappedpages.testing.NoCheckpointThread;

/** An opening of a new file with no engine above it, for one thread: whatever state is wanted can be made. */
final class LoneFile implements AutoCloseable {

    private static final CheckpointRunner NO_THREAD = new NoCheckpointThread();

    private final OpenFile file;
    private final QuietLock engineLock = new QuietLock();
    private final Leadership leadership = new Leadership(engineLock, NO_THREAD);
    private final EngineLock lock;
    private final CommitQueue queue;

    private LoneFile(OpenFile file) {
        this.file = file;
        Openings openings = new Always(file);
        this.lock = new EngineLock(openings, engineLock, file);
        this.queue = new CommitQueue(openings, lock, leadership, NO_THREAD);
    }

    /** It stays open. */
    private record Always(OpenFile file) implements Openings {

        @Override
        public Path path() {
            return Path.of("lone");
        }

        @Override
        public OpenFile current() {
            return file;
        }

        @Override
        public LentMapping mapping() {
            return file.mapping();
        }

        @Override
        public OpenFile usable() {
            return file;
        }

        @Override
        public FaultException refusal() {
            throw new AssertionError("refused");
        }

        @Override
        public FaultException fail(OpenFile failed, Throwable cause) {
            throw new AssertionError(cause);
        }

        @Override
        public Duration borrowTimeout() {
            return Duration.ZERO;
        }

        @Override
        public Deadline deadline() {
            return Deadline.of(0);
        }
    }

    static LoneFile create(EngineConfig config) throws IOException {
        Engine.create(config).close();
        Path path = config.provider().resolve(config.path());
        HeldLock lock = config.provider().lock(path);
        PageStorage storage = config.provider().open(path, lock);
        return new LoneFile(OpenFile.of(path, storage, config.provider().identity(path),
                Recoverer.recover(storage, path, false), config.cacheBytes(), config.events(),
                new JournalPolicy(config.journaled(), config.journalBytes(), config.salts()), Long.MAX_VALUE,
                new WaitCounts()));
    }

    Leadership leadership() {
        return leadership;
    }

    EngineLock lock() {
        return lock;
    }

    OpenFile file() {
        return file;
    }

    boolean commit(Change change) {
        return queue.submit(file, change);
    }

    /** Pages become free, with no look whether anybody has them. */
    void free(long... pages) throws IOException {
        assertThat(commit(
                new Deallocation.FreePages(file, pages, new HeldLatches(file.latches(), Deadline.of(0), false, 0))))
                .isTrue();
        for (long page : pages) {
            assertThat(file.state().map().state(page)).isEqualTo(PageState.FREE);
        }
    }

    @Override
    public void close() throws IOException {
        assertThat(file.mapping().close(Duration.ofSeconds(1))).isTrue();
        file.storage().close();
    }
}
