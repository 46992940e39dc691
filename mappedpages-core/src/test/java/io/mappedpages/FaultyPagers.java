package io.mappedpages;

import io.mappedpages.internal.storage.StorageProvider;

/** Lets tests outside of this package put a pager on storage that fails when it is told to. */
public final class FaultyPagers {

    private FaultyPagers() {
    }

    /** Gives a builder another storage than the disk. Returns the same builder. */
    public static PagerBuilder on(StorageProvider storage, PagerBuilder builder) {
        return builder.storage(storage);
    }
}
