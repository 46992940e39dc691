package io.mappedpages.internal.storage;

/** How a storage makes some ranges of a file durable and leaves the rest alone. */
public enum RangeSyncs {

    /** All ranges are written to the device at once, and the last one is forced: the file system is known to do that. */
    WRITTEN_TOGETHER,

    /** Each range is forced by itself. */
    FORCED_ONE_BY_ONE,

    /** Several ranges are a sync of the whole file, which is cheaper on this file system. */
    WHOLE_FILE,

    /** Without native access: each range is forced through a mapping of the JDK's. */
    FORCED_THROUGH_MAPPINGS;

    /** {@return how {@code storage} does it} */
    public static RangeSyncs of(PageStorage storage) {
        return storage instanceof NativeStorage file ? file.rangeSyncs() : FORCED_THROUGH_MAPPINGS;
    }
}
