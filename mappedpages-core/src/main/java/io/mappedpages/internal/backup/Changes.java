package io.mappedpages.internal.backup;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.storage.PageSource;
import io.mappedpages.internal.storage.WriteWatch;

/**
 * Which pages a backup has, and what becomes of the others when they are written over.
 *
 * <p>First the backup is behind: a page that is written to must be copied again. From one moment on, {@link #fix}, it is of
 * that moment: what it does not have yet is saved, in memory, before it is written over. Whoever writes waits for that, and for
 * a read of the page; it never waits for the backup's target. If too much is to be saved the backup has failed, and nothing
 * else has.
 *
 * <p>A write that is on its way at that moment is of no page that the moment's state leads to, or is the slot of a checkpoint all of
 * which was written before: as after a kill, it may be there or not, or in part. What is true for certain has been made durable before, and
 * so its writes have come to their end, see {@code CommitQueue}.
 */
final class Changes implements WriteWatch {

    private static final int LOCKS = 64;

    private final PageSource source;
    private final Geometry geometry;
    private final long mostSavedBytes;
    /** Of the pages of one word. Copying and saving a page exclude each other, and so do noting a change and {@link #fix}. */
    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];
    /** Pages that were copied before the moment that counts, and not written to until then; of regular ones that says nothing. */
    private final PageBits before = new PageBits();
    /** Pages that were copied or saved after it. */
    private final PageBits after = new PageBits();
    /** Pages to be copied, whatever the map says of them: those in use at the beginning but regular ones, and all that were written to. */
    private final PageBits wanted = new PageBits();
    /** Pages of the file at the moment that counts; -1 before that. */
    private volatile long pageCount = -1;
    private final Queue<Saved> saved = new ArrayDeque<>();
    private long savedBytes;
    private volatile @Nullable Throwable failure;

    /** A page as it was before it was written over. */
    static final class Saved {
        final long page;
        final byte[] bytes;

        private Saved(long page, byte[] bytes) {
            this.page = page;
            this.bytes = bytes;
        }
    }

    /** Too much was written over for the backup to keep pace. */
    static final class OvertakenException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /** @param mostSavedBytes how much may wait in memory to be put into the target */
    Changes(PageSource source, Geometry geometry, long mostSavedBytes) {
        this.source = source;
        this.geometry = geometry;
        this.mostSavedBytes = mostSavedBytes;
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    /** {@return how much may wait in memory} */
    long mostSavedBytes() {
        return mostSavedBytes;
    }

    private ReentrantLock lockOf(long page) {
        return locks[(int) (page / Long.SIZE % LOCKS)];
    }

    private long pageAt(long offset) {
        return offset >> geometry.pageSizeLog2();
    }

    @Override
    public void beforeWrite(long offset, int length) {
        long limit = pageCount;
        if (limit >= 0 && failure == null) {
            try {
                long last = Math.min(limit - 1, pageAt(offset + length - 1));
                for (long page = pageAt(offset); page <= last; page++) {
                    save(page);
                }
            } catch (Exception | Error e) { // it is the backup's trouble, and not that of who writes
                failure = e;
            }
        }
    }

    private void save(long page) throws Exception {
        if (after.get(page)) {
            return;
        }
        ReentrantLock lock = lockOf(page);
        lock.lock();
        try {
            if (!after.get(page)) {
                byte[] bytes = reserve();
                source.read(geometry.offsetOf(page), bytes, 0, bytes.length);
                keep(new Saved(page, bytes));
                after.set(page);
            }
        } finally {
            lock.unlock();
        }
    }

    private byte[] reserve() throws OvertakenException {
        synchronized (saved) {
            if (savedBytes + geometry.pageSize() > mostSavedBytes) {
                throw new OvertakenException();
            }
            savedBytes += geometry.pageSize();
        }
        return new byte[geometry.pageSize()];
    }

    private void keep(Saved page) {
        synchronized (saved) {
            saved.add(page);
        }
    }

    /** {@return a page that was saved, for the target; null if there is none} */
    @Nullable Saved next() {
        synchronized (saved) {
            Saved next = saved.poll();
            if (next != null) {
                savedBytes -= next.bytes.length;
            }
            return next;
        }
    }

    @Override
    public void afterWrite(long offset, int length) {
        if (pageCount >= 0) {
            return;
        }
        long last = pageAt(offset + length - 1);
        for (long page = pageAt(offset); page <= last; page++) {
            ReentrantLock lock = lockOf(page);
            lock.lock();
            try {
                if (pageCount < 0) {
                    wanted.set(page);
                    before.clear(page);
                }
            } catch (Error e) { // no memory for the bits, say
                failure = e;
            } finally {
                lock.unlock();
            }
        }
    }

    /** From now on the backup is of this moment. By who leads, with no commit on its way. */
    void fix(long pages) {
        for (ReentrantLock lock : locks) {
            lock.lock();
        }
        try {
            pageCount = pages;
        } finally {
            for (ReentrantLock lock : locks) {
                lock.unlock();
            }
        }
    }

    /** Pages to be copied. */
    void want(long from, long end) {
        wanted.set(from, end);
    }

    /** {@return whether a page was copied, or saved, after the moment that counts} */
    boolean isCopied(long page) {
        return after.get(page);
    }

    /** {@return the pages of a word, from {@code from} to before {@code end}, that are wanted and were never copied} */
    long missing(long from, long end) {
        long number = from / Long.SIZE;
        return wanted.word(number) & ~before.word(number) & ~after.word(number) & PageBits.mask(from, end);
    }

    /** What must not happen while a page is saved. */
    interface Copying {
        void run() throws IOException;
    }

    /** Runs {@code copying} of pages of the word of {@code page}: who is about to write over one of them waits. */
    void excluding(long page, Copying copying) throws IOException {
        ReentrantLock lock = lockOf(page);
        lock.lock();
        try {
            copying.run();
        } finally {
            lock.unlock();
        }
    }

    /** These pages are about to be read: they count as copied from now on, unless they are written to until {@link #fix}. */
    void copyingBefore(long from, long end) {
        before.set(from, end);
    }

    /** These pages are read, as they were at the moment that counts, or are nobody's then. */
    void copied(long from, long end) {
        after.set(from, end);
    }

    /** These are no regular pages: what was copied before the moment that counts is as good as what is copied after it. */
    void areNotRegular(long from, long end) {
        after.setWhere(before, from, end);
    }

    /** {@return why the backup cannot be made; null if it can} */
    @Nullable Throwable failure() {
        return failure;
    }
}
