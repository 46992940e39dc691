package io.mappedpages.crashlab;

import java.nio.file.Path;
import java.time.Duration;

import io.mappedpages.CommitMode;
import io.mappedpages.ImportReport;
import io.mappedpages.Pager;
import io.mappedpages.PagerBuilder;
import io.mappedpages.PagerOnStorage;
import io.mappedpages.ReadOnlyPager;
import io.mappedpages.RepairReport;
import io.mappedpages.internal.storage.StorageProvider;
import io.mappedpages.internal.transaction.CheckpointRunner;
import io.mappedpages.testing.NoCheckpointThread;

/**
 * How the file is created and opened.
 *
 * @param growthPages most pages a growth adds, unless more are needed at once
 * @param ringBytes   of the journal; 0 for none, which makes each commit a checkpoint
 * @param patience    how long a call waits for a page that is borrowed
 * @param pace        checkpoints make a call of the disk for so many others; 0 if commits wait for them
 */
record Options(int pageSizeLog2, long growthPages, boolean reserve, long ringBytes, Duration patience, int pace) {

    /** Pages of two sectors, so that all subsets of a commit's writes are few enough to try. */
    static final Options SMALL = new Options(10, 8, true, 0);

    /** The same, and the blocks of a growth are not reserved. */
    static final Options SPARSE = new Options(10, 8, false, 0);

    /** Pages of eight sectors. */
    static final Options BLOCKS = new Options(12, 8, true, 0);

    /** Pages of two sectors, and rings of four records. */
    static final Options JOURNAL = new Options(10, 8, true, 16 << 10);

    /** The same, and the blocks of a growth are not reserved. */
    static final Options SPARSE_JOURNAL = new Options(10, 8, false, 16 << 10);

    /** The same, with several records from one checkpoint to the next. */
    static final Options LONG_JOURNAL = new Options(10, 8, true, 32 << 10);

    /** Pages of eight sectors, each as long as a record. */
    static final Options JOURNAL_OF_BLOCKS = new Options(12, 8, true, 16 << 10);

    /** Checkpoints are written beside commits. */
    static final Options BESIDE_JOURNAL = new Options(10, 8, true, 32 << 10, Duration.ZERO, 1);

    /** The same, and more slowly. */
    static final Options SLOW_BESIDE_JOURNAL = new Options(10, 8, true, 32 << 10, Duration.ZERO, 3);

    /** Pages of two sectors, and room for what several callers want. */
    static final Options ROOMY = new Options(10, 64, true, 0);

    /** The same, and rings of four records. */
    static final Options ROOMY_JOURNAL = new Options(10, 64, true, 16 << 10);

    Options(int pageSizeLog2, long growthPages, boolean reserve, long ringBytes) {
        this(pageSizeLog2, growthPages, reserve, ringBytes, Duration.ZERO, 0);
    }

    /** The same, and calls wait for pages that are borrowed. */
    Options patient() {
        return new Options(pageSizeLog2, growthPages, reserve, ringBytes, Duration.ofMinutes(1), pace);
    }

    int pageSize() {
        return 1 << pageSizeLog2;
    }

    Options otherwiseReserved() {
        return new Options(pageSizeLog2, growthPages, !reserve, ringBytes, patience, pace);
    }

    Options withoutJournal() {
        return new Options(pageSizeLog2, growthPages, reserve, 0, patience, pace);
    }

    private PagerBuilder builder(StorageProvider storage) {
        return PagerOnStorage.paced(runner(storage),
                PagerOnStorage.on(storage, Pager.builder(SimulatedDisk.FILE)
                        .growthStep(growthPages << pageSizeLog2)
                        .reserve(reserve)
                        .commitMode(ringBytes == 0 ? CommitMode.CHECKPOINT : CommitMode.JOURNAL)
                        .journalSize(ringBytes)
                        .borrowTimeout(patience)));
    }

    private CheckpointRunner runner(StorageProvider storage) {
        return storage instanceof SimulatedDisk disk && pace > 0 ? disk.paced(pace) : new NoCheckpointThread();
    }

    /** {@return the smallest power of two of pages that leaves room to work} */
    int capacityLog2() {
        return ringBytes == 0 ? 7 : Long.SIZE - Long.numberOfLeadingZeros((2 * ringBytes >> pageSizeLog2) + 127);
    }

    Pager open(StorageProvider storage) {
        return salted(storage).open();
    }

    ReadOnlyPager openReadOnly(StorageProvider storage) {
        return builder(storage).openReadOnly();
    }

    Pager create(StorageProvider storage) {
        return salted(storage).pageSizeLog2(pageSizeLog2).create();
    }

    ImportReport importRust(StorageProvider storage, Path source) {
        return salted(storage).importRust(source);
    }

    RepairReport repair(StorageProvider storage, Path damaged) {
        return salted(storage).repair(damaged);
    }

    /** The salt of a journal depends on what is in the file, so that every number of the laboratory can be had again. */
    private PagerBuilder salted(StorageProvider storage) {
        return storage instanceof SimulatedDisk disk ? PagerOnStorage.salted(disk::hash, builder(storage))
                : builder(storage);
    }
}
