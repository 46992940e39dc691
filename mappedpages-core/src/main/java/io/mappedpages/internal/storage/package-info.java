/**
 * The file: opening, locking, reading, writing, syncing, growing and mapping it. This package knows no format. What the
 * bytes mean is decided above it, and whoever looks for the place where the disk is touched finds it here and nowhere
 * else.
 *
 * <h2>The seam</h2>
 *
 * {@link io.mappedpages.internal.storage.PageStorage} is one open file, and
 * {@link io.mappedpages.internal.storage.StorageProvider} is the directory it lives in. Tests put a simulated disk behind
 * the two. {@link io.mappedpages.internal.storage.FileStorage} and
 * {@link io.mappedpages.internal.storage.FileStorageProvider} are the real ones.
 * {@link io.mappedpages.internal.storage.ChunkedMapping} gives addresses to the bytes of any {@code PageStorage}.
 *
 * <h2>Threads and interrupts</h2>
 *
 * Every class here may be called by any thread unless it says otherwise. A thread's interrupt is never acted upon, never
 * cleared and never closes anything. That is why the file is a {@link java.io.RandomAccessFile}: I/O on a
 * {@link java.nio.channels.FileChannel} closes the channel, for everybody, when the calling thread is interrupted, and a
 * library cannot tell its users never to interrupt. {@code RandomAccessFile}, {@link java.io.FileDescriptor#sync()} and
 * {@link java.lang.foreign.MemorySegment#force()} do not. The few calls that only a channel offers (mapping, locking,
 * syncing a directory) run on a short-lived thread that nobody else can reach.
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
 * {@link io.mappedpages.internal.storage.FileLockedException}. Nothing is logged here.
 */
@NullMarked
package io.mappedpages.internal.storage;

import org.jspecify.annotations.NullMarked;
