/**
 * The file: opening, locking, reading, writing, syncing, growing and mapping it. This package knows no format. What the
 * bytes mean is decided above it, and the disk is touched here and nowhere else.
 *
 * <h2>The seam</h2>
 *
 * {@link io.mappedpages.internal.storage.PageStorage} is one open file, and
 * {@link io.mappedpages.internal.storage.StorageProvider} is the directory it lives in. Tests put a simulated disk behind
 * the two. {@link io.mappedpages.internal.storage.FileStorageProvider} is the real directory, and there are two real
 * files, which keep the same promises:
 * <ul>
 * <li>{@code NativeStorage}, on Linux where the application allows native access: system calls, and a channel for the mappings that are lent. Names are
 * bytes, locks go with one description of the file, blocks are reserved and given back by the file system.
 * <li>{@code PortableStorage}, everywhere else: {@link java.io.RandomAccessFile} and channels.
 * </ul>
 * {@link io.mappedpages.internal.storage.ChunkedMapping} gives addresses to the bytes of any {@code PageStorage}.
 *
 * <h2>Syncs</h2>
 *
 * The operating system reports a failed write once to each description of a file (what {@code open} makes). So what syncs
 * has descriptions and mappings to itself, and the mappings that users get, and may force, are made from another one. There
 * is one sync at a time, and none after one that failed ({@code SyncGate}).
 *
 * <h2>Threads and interrupts</h2>
 *
 * Every class here may be called by any thread unless it says otherwise. A thread's interrupt is never acted upon, never
 * cleared and never closes anything. System calls do not mind it. I/O on a {@link java.nio.channels.FileChannel} closes the
 * channel, for everybody, when the calling thread is interrupted, and a library cannot tell its users never to
 * interrupt; {@code RandomAccessFile}, {@link java.io.FileDescriptor#sync()} and
 * {@link java.lang.foreign.MemorySegment#force()} do not. The few calls that only a channel offers (mapping; without native
 * access also locking and syncing a directory) run on a short-lived thread that nobody else can reach.
 *
 * <h2>Mapped memory</h2>
 *
 * A mapping whose file somebody else truncated raises a signal when it is touched. Only plain stores and loads turn that
 * into an exception; checksum intrinsics and system calls with such an address do not, or not reliably. So nothing here
 * reads, checksums or transfers mapped memory: bytes travel through arrays on the heap.
 *
 * <h2>Errors</h2>
 *
 * Failures of the file are {@link java.io.IOException}s. Two of them have a type of their own because the caller treats
 * them differently: {@link io.mappedpages.internal.storage.OutOfSpaceException} and
 * {@link io.mappedpages.internal.storage.FileLockedException}. Only what nobody can be told by an exception is logged: that
 * a slower way is taken, and how far a long reservation is.
 */
@NullMarked
package io.mappedpages.internal.storage;

import org.jspecify.annotations.NullMarked;
