package io.mappedpages.comparison.store;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The stores that are compared. */
public enum Contender {

    /** This project: pages that change as a whole or not at all. */
    MAPPEDPAGES("mappedpages, protected pages", true),
    /** This project: pages that are changed in place. */
    REGULAR("mappedpages, regular pages", false),
    /** LMDB, through lmdbjava. */
    LMDB("LMDB", true),
    /** RocksDB. */
    ROCKSDB("RocksDB", true),
    /** The storage engine of H2. */
    MVSTORE("H2 MVStore", true),
    /** Xodus. */
    XODUS("Xodus", true),
    /** MapDB, which reads and writes its file. */
    MAPDB("MapDB", true),
    /** The same with a mapped file. */
    MAPDB_MAPPED("MapDB, mapped file", true),
    /** No store: a plain file. */
    RAW("raw file", false);

    private final String words;
    private final boolean atomic;

    Contender(String words, boolean atomic) {
        this.words = words;
        this.atomic = atomic;
    }

    /** {@return what it is called in tables} */
    public String words() {
        return words;
    }

    /** {@return whether an update that a crash interrupts is done completely or not at all} */
    public boolean isAtomic() {
        return atomic;
    }

    /**
     * Opens it.
     *
     * @param directory where its files are, or will be
     * @return the store, to be closed by the caller
     */
    public Store open(Path directory) throws Exception {
        return switch (this) {
            case MAPPEDPAGES -> new ProtectedPagesStore(directory);
            case REGULAR -> new RegularPagesStore(directory);
            case LMDB -> new LmdbStore(directory);
            case ROCKSDB -> new RocksStore(directory);
            case MVSTORE -> new MvStore(directory);
            case XODUS -> new XodusStore(directory);
            case MAPDB -> new MapDbStore(directory, false);
            case MAPDB_MAPPED -> new MapDbStore(directory, true);
            case RAW -> new RawStore(directory);
        };
    }

    /** {@return those that are measured if nothing else is said: without the one whose commits take hundreds of syncs} */
    public static List<Contender> usual() {
        return Arrays.stream(values()).filter(one -> one != MAPDB_MAPPED).toList();
    }

    /** {@return what it is called on the command line and in results} */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** {@return the one that is called so on the command line} */
    public static Contender of(String id) {
        return Arrays.stream(values()).filter(one -> one.id().equals(id)).findAny()
                .orElseThrow(() -> new IllegalArgumentException("There is no store \"" + id + "\". There are "
                        + Arrays.stream(values()).map(Contender::id).collect(Collectors.joining(", ")) + "."));
    }
}
