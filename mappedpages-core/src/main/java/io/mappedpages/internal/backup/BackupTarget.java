package io.mappedpages.internal.backup;

import java.io.IOException;

/** Where a backup goes. By one thread. Offsets and lengths are bytes. */
public interface BackupTarget {

    /** From now on there are so many bytes, before anything behind {@code from} is put; what is never put is zeros. */
    void extend(long from, long to) throws IOException;

    /** Takes bytes of the file, in no order and perhaps several times: the last ones count. */
    void put(long offset, byte[] bytes, int from, int length) throws IOException;

    /** Reads what was put. */
    void read(long offset, byte[] bytes, int from, int length) throws IOException;
}
