package io.mappedpages;

import java.time.Duration;

import io.mappedpages.internal.backup.Backup;
import io.mappedpages.internal.engine.EngineState;
import io.mappedpages.internal.engine.EngineStats;
import io.mappedpages.internal.engine.PageRun;
import io.mappedpages.internal.importing.Imported;
import io.mappedpages.internal.recovery.Recovery;
import io.mappedpages.internal.recovery.Verification;

/** Turns the engine's records and states into those of the API. */
final class Reports {

    private Reports() {
    }

    static PagerState of(EngineState state) {
        return switch (state) {
            case OPEN -> PagerState.OPEN;
            case UNAVAILABLE -> PagerState.UNAVAILABLE;
            case SUSPENDED -> PagerState.SUSPENDED;
            case CLOSED -> PagerState.CLOSED;
        };
    }

    static PageUse of(PageRun.Use use) {
        return switch (use) {
            case FREE -> PageUse.FREE;
            case DATA -> PageUse.REGULAR;
            case COPY -> PageUse.PROTECTED;
            case INTERNAL -> PageUse.INTERNAL;
            case JOURNAL -> PageUse.JOURNAL;
            case UNKNOWN -> PageUse.UNKNOWN;
        };
    }

    static BackupReport of(Backup.Done done) {
        return new BackupReport(done.generation(), done.pages(), done.bytes(), done.savedPages(), done.beingWritten());
    }

    static PagerStats of(EngineStats stats) {
        return new PagerStats(of(stats.state()), stats.pageSize(), stats.pages(), stats.freePages(),
                stats.protectedPages(), stats.fileBytes(), stats.generation(), stats.recordsSinceCheckpoint(),
                stats.openBorrows(),
                stats.borrowedPages(), stats.borrowWaits(), Duration.ofNanos(stats.borrowWaitNanos()),
                stats.borrowTimeouts(), stats.mostPages());
    }

    static RecoveryReport of(Recovery recovery) {
        RecoveryReport.Loss loss = switch (recovery.loss()) {
            case NONE -> RecoveryReport.Loss.NONE;
            case POSSIBLE -> RecoveryReport.Loss.POSSIBLE;
        };
        return new RecoveryReport(recovery.adoptedGeneration(), recovery.rejectedGeneration(), loss,
                recovery.findings());
    }

    static ImportReport of(Imported made) {
        return new ImportReport(made.pages(), made.regularPages(), made.protectedPages(), made.generation(),
                made.otherGeneration(), made.findings());
    }

    static VerifyReport of(Verification found) {
        return new VerifyReport(found.pages(), found.freePages(), found.dataPages(), found.protectedPages(),
                found.internalPages(), found.nodesChecked(),
                found.findings().stream().map(f -> new VerifyReport.Finding(f.page(), f.problem())).toList(),
                found.truncated());
    }
}
