package io.mappedpages.internal.storage;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The directory a page file lives in: finding, creating, locking and opening page files. The second half of the seam, so
 * that creating a file can be tested with a simulated disk too. Any thread may call it; interrupts are kept and ignored.
 *
 * <p>
 * A file is opened with {@link #resolve}, {@link #lock}, {@link #open}, and created with {@link #resolve}, {@link #lock},
 * {@link #createTemporary}, writing and syncing, {@link #publish}, {@link #open}; and only to be read, with {@link #resolve},
 * {@link #openToRead}.
 */
public interface StorageProvider {

    /** Tells whether there is something at this path, symbolic links followed. */
    boolean exists(Path path);

    /**
     * Returns the one path that stands for this file whatever path was used to name it: all symbolic links are followed,
     * also if the file itself does not exist yet.
     *
     * @throws IOException if the file's directory does not exist or cannot be read
     */
    Path resolve(Path path) throws IOException;

    /**
     * Makes a new, empty file in the directory of {@code target}, under another name, which is always the same for this
     * target: what a creation that was killed has left there is deleted. It is not locked; the caller holds the lock that
     * goes with {@code target}.
     *
     * @param target the path that {@link #publish} will give it, as {@link #resolve} returned it
     */
    PageStorage createTemporary(Path target) throws IOException;

    /**
     * Makes a temporary file appear as {@code target}, durably, and never in the place of something else. The caller has
     * synced it. However the call ends, the temporary storage is closed and its own name is gone; if the call fails,
     * nothing that was made by it is left as {@code target}.
     *
     * @throws java.nio.file.FileAlreadyExistsException if there is something at {@code target}
     */
    void publish(PageStorage temporary, Path target) throws IOException;

    /** Closes a temporary storage and deletes its file, as far as possible. After {@link #publish} it does nothing. */
    void discard(PageStorage temporary);

    /**
     * Takes the lock that goes with a page file, which need not exist yet: an exclusive lock on a file of its own beside
     * it, called as the page file with {@code .lock} appended. That file stays, except after {@link HeldLock#abandon()} if it
     * was made by this call.
     *
     * @param realPath the page file as {@link #resolve} returned it
     * @throws FileLockedException                if somebody has it
     * @throws java.nio.file.FileSystemException if the lock file cannot be made or opened
     */
    HeldLock lock(Path realPath) throws IOException;

    /**
     * Opens an existing page file for reading and writing, and locks it, too. If this succeeds, {@code lock} belongs to
     * the storage and is released when the storage is closed; if it fails, {@code lock} is still the caller's. What a creation
     * that was killed has left beside the file is deleted.
     *
     * @param realPath the page file as {@link #resolve} returned it
     * @param lock     what {@link #lock} returned for this path
     * @throws FileLockedException                  if the file is open under another name (a hard link)
     * @throws java.nio.file.NoSuchFileException    if there is none
     * @throws java.nio.file.AccessDeniedException  if it may not be read and written
     * @throws java.nio.file.FileSystemException   if it is a directory or cannot be opened for another reason
     */
    PageStorage open(Path realPath, HeldLock lock) throws IOException;

    /**
     * Opens an existing page file for reading alone, beside whoever has it open. Takes no lock, and makes and changes nothing,
     * so that the file may be one that cannot be written.
     *
     * @param realPath the page file as {@link #resolve} returned it
     * @throws java.nio.file.NoSuchFileException   if there is none
     * @throws java.nio.file.AccessDeniedException if it may not be read
     * @throws java.nio.file.FileSystemException  if it is a directory or cannot be opened for another reason
     */
    PageSource openToRead(Path realPath) throws IOException;

    /**
     * Deletes a published file of which nothing came, if it is still the one. The caller holds the lock that goes with it.
     *
     * @param identity what {@link #identity} said of it
     * @return false if that cannot be done here, and then the file is still there
     * @throws IOException if it could not be deleted
     */
    default boolean withdraw(Path realPath, Object identity) throws IOException {
        return false;
    }

    /**
     * Returns what tells this file from every other: equal for two paths exactly if they lead to the same file (device
     * and inode). Where the file system has no such thing, the path itself.
     */
    Object identity(Path realPath) throws IOException;
}
