package io.mappedpages.internal.storage;

/** What this package must know about the operating system below. */
final class Host {

    /** On Linux a force of mapped memory syncs written bytes as well, and a sync of the file stored ones. */
    static final boolean LINUX = System.getProperty("os.name", "").startsWith("Linux");

    /** On Windows a directory can be neither opened nor synced. */
    static final boolean WINDOWS = System.getProperty("os.name", "").startsWith("Windows");

    private Host() {
    }
}
