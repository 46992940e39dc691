package io.mappedpages.internal.engine;

import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;

import io.mappedpages.internal.backup.Backup;
import io.mappedpages.internal.transaction.CommitQueue;
import io.mappedpages.internal.transaction.EngineLock;
import io.mappedpages.internal.transaction.Openings;

/** Makes backups of whichever opening is current, one after the other. */
final class Backups {

    private final EngineConfig config;
    private final Openings openings;
    private final EngineLock lock;
    private final CommitQueue queue;
    /** Taken before all others. Not a quiet one: what hears of progress may write to the log. */
    private final ReentrantLock oneAtATime = new ReentrantLock();

    Backups(EngineConfig config, Openings openings, EngineLock lock, CommitQueue queue) {
        this.config = config;
        this.openings = openings;
        this.lock = lock;
        this.queue = queue;
    }

    /** Makes a backup, which appears at {@code target} when it is whole and durable; a crash leaves nothing that opens. */
    Backup.Done make(Path target, LongConsumer progress) {
        if (oneAtATime.isHeldByCurrentThread()) {
            throw new IllegalStateException("a thread that makes a backup must not make another one meanwhile");
        }
        oneAtATime.lock();
        try {
            return NewFile.make(config.provider(), target, file -> {
                Backup.Done done = Backup.make(openings, lock, queue, new BackupFile(file, config.reserve()), progress);
                file.sync();
                return done;
            });
        } finally {
            oneAtATime.unlock();
        }
    }
}
