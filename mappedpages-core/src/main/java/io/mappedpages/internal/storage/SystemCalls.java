package io.mappedpages.internal.storage;

import java.lang.foreign.MemorySegment;

/**
 * The system calls of Linux that a page file is kept with. Each returns 0 or more for success and the negative
 * {@code errno} for a failure, and never throws an exception of its own. Names of files are bytes without the final zero.
 * Replaced in tests.
 */
interface SystemCalls {

    /** For reading and writing. */
    int O_RDWR = 2;
    /** For writing, which is all that an exclusive lock needs. */
    int O_WRONLY = 1;
    /** For reading, which is all that a directory can be opened for. */
    int O_RDONLY = 0;
    /** Make the file, and refuse if there is one. */
    int O_CREAT_EXCL = 0x40 | 0x80;

    /** Opens a file, which no program that is started later inherits. {@return the descriptor} */
    int open(byte[] path, int flags);

    /** Closes a descriptor. */
    int close(int descriptor);

    /** Reads up to so many bytes at an offset. {@return how many there were, 0 at the end of the file} */
    int read(int descriptor, long offset, byte[] target, int from, int length);

    /** Writes up to so many bytes at an offset. {@return how many} */
    int write(int descriptor, long offset, byte[] source, int from, int length);

    /** {@return how long the file is} */
    long length(int descriptor);

    /** Makes the file exactly so long. */
    int truncate(int descriptor, long length);

    /** Makes the file's bytes durable, and its length ({@code fdatasync}). */
    int syncData(int descriptor);

    /** Makes everything of a file or directory durable ({@code fsync}). */
    int sync(int descriptor);

    /** Looks at an open file. */
    FileStatus status(int descriptor);

    /** Looks at what a name leads to. */
    FileStatus status(byte[] path);

    /** {@return the number by which the kernel calls the kind of the file system that an open file is on} */
    long fileSystemType(int descriptor);

    /** Puts real blocks behind a range, which keeps its contents, or zeros where there were no blocks. */
    int allocate(int descriptor, long offset, long length);

    /** Takes the blocks behind a range away. The file keeps its length. */
    int punchHole(int descriptor, long offset, long length);

    /** Begins to write a range to the device. */
    int startWriting(int descriptor, ByteRange range);

    /** Writes a range to the device and waits for it, without making it durable: that takes a sync of another range. */
    int finishWriting(int descriptor, ByteRange range);

    /** Maps a part of a file so that it can be neither read nor written, only synced. {@return the address} */
    long mapForSyncing(int descriptor, long offset, long length);

    /** Makes the bytes of the file behind a part of a mapping durable ({@code msync}). */
    int syncMapped(long address, long length);

    /** Takes a mapping away. */
    int unmap(long address, long length);

    /**
     * Says that mapped memory will be used here and there: the kernel then reads no more than is touched, and does not
     * gather pages of a file into large units, of which it would later write all for a store of a few bytes.
     */
    int adviseRandom(MemorySegment mapped);

    /** Locks a whole file for this description of it, or for this process. Does not wait. */
    int lock(int descriptor, LockOwner owner);

    /** Gives such a lock up. */
    int unlock(int descriptor, LockOwner owner);

    /** {@return the process that keeps this descriptor from the lock; 0 if nobody does, or if that cannot be told} */
    int lockHolder(int descriptor, LockOwner owner);

    /** {@return the unit in which memory is mapped, in bytes} */
    long memoryPageSize();

    /** Whose a lock is, and with whom it goes. */
    enum LockOwner {
        /** It goes when the last descriptor of that very description is closed. */
        DESCRIPTION,
        /** It goes when the process closes any descriptor of the file. The only kind that the JDK knows. */
        PROCESS
    }
}
