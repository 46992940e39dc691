package io.mappedpages.crashlab;

import java.time.Duration;

import io.mappedpages.Pager;
import io.mappedpages.PagerBuilder;
import io.mappedpages.PagerOnStorage;
import io.mappedpages.internal.storage.StorageProvider;

/**
 * How the file is created and opened.
 *
 * @param growthPages most pages a growth adds, unless more are needed at once
 */
record Options(int pageSizeLog2, long growthPages, boolean reserve) {

    /** Pages of two sectors, so that all subsets of a commit's writes are few enough to try. */
    static final Options SMALL = new Options(10, 8, true);

    /** The same, and the blocks of a growth are not reserved. */
    static final Options SPARSE = new Options(10, 8, false);

    /** Pages of eight sectors. */
    static final Options BLOCKS = new Options(12, 8, true);

    int pageSize() {
        return 1 << pageSizeLog2;
    }

    Options otherwiseReserved() {
        return new Options(pageSizeLog2, growthPages, !reserve);
    }

    private PagerBuilder builder(StorageProvider storage) {
        return PagerOnStorage.on(storage, Pager.builder(SimulatedDisk.FILE)
                .growthStep(growthPages << pageSizeLog2)
                .reserve(reserve)
                .borrowTimeout(Duration.ZERO));
    }

    Pager open(StorageProvider storage) {
        return builder(storage).open();
    }

    Pager create(StorageProvider storage) {
        return builder(storage).pageSizeLog2(pageSizeLog2).create();
    }
}
