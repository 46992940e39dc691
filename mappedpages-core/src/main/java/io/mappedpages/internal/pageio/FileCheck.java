package io.mappedpages.internal.pageio;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.LostFile;
import io.mappedpages.internal.fault.LostFileException;
import io.mappedpages.internal.format.SuperblockSlot;
import io.mappedpages.internal.log.SafeLog;
import io.mappedpages.internal.storage.PageStorage;
import io.mappedpages.internal.storage.Whereabouts;

/**
 * Looks whether the open file still is the one that was opened: whether its name still leads to it, and whether both
 * superblock slots hold what this opening found there or wrote there last. A file that was deleted, renamed or replaced
 * takes every write and every sync as if nothing had happened; an older copy that somebody put over it, too.
 *
 * <p>This is one look at a directory and one short read, both of what the operating system has in memory.
 */
public final class FileCheck {

    private static final SafeLog LOG = SafeLog.of(FileCheck.class);

    private static final Pattern NUMBER = Pattern.compile("\\(dev=([0-9a-f]{1,15}),ino=([0-9]{1,18})\\)");

    /** The superblock as far as it is used. */
    private static final int HEAD = SuperblockSlot.SLOT_1 + SuperblockSlot.BYTES;

    private final Path path;
    private final PageStorage storage;
    private final LostFile.@Nullable FileNumber number;
    private final ReentrantLock slots = new ReentrantLock();
    private final AtomicBoolean saidThatLookupsFail = new AtomicBoolean();
    /** What the slots must hold; what is between them is nobody's. Guarded by {@link #slots}, as is all that follows. */
    private final byte[] expected = new byte[HEAD];
    private final byte[] found = new byte[HEAD];
    /** Of a slot that could not be read when the file was opened, nobody knows what it holds. */
    private final boolean[] isExpectedKnown;
    private boolean[] isRead;

    private FileCheck(Path path, PageStorage storage, Object key) {
        this.number = number(key);
        this.path = path;
        this.storage = storage;
        this.isRead = readInto(expected);
        this.isExpectedKnown = isRead.clone();
    }

    /**
     * A check that takes what is in the slots now for what must be there, be it damaged or not.
     *
     * @param key what tells the file from others
     */
    public static FileCheck of(Path path, PageStorage storage, Object key) {
        return new FileCheck(path, storage, key);
    }

    /** On Unix the JDK's file keys are written like this, and it says nowhere else what is in them. */
    private static LostFile.@Nullable FileNumber number(Object key) {
        Matcher matcher = NUMBER.matcher(key.toString());
        return matcher.matches()
                ? new LostFile.FileNumber(Long.parseLong(matcher.group(1), 16), Long.parseLong(matcher.group(2)))
                : null;
    }

    /** Writes slot {@code index}, and notes what is there now: no look comes in between. */
    public void writeSlot(int index, byte[] slot) throws IOException {
        int offset = SuperblockSlot.offsetOf(index);
        slots.lock();
        try {
            isExpectedKnown[index] = false; // if this fails, anything may be there
            storage.write(offset, slot, 0, SuperblockSlot.BYTES);
            System.arraycopy(slot, 0, expected, offset, SuperblockSlot.BYTES);
            isExpectedKnown[index] = true;
        } finally {
            slots.unlock();
        }
    }

    /**
     * Reads both slots, at once or, if that fails, each by itself. {@return which of them could be read} A read that fails
     * says nothing about what is there, so it is no reason to stop.
     */
    private boolean[] readInto(byte[] head) {
        if (isReadable(head, 0, HEAD)) {
            return new boolean[] {true, true};
        }
        return new boolean[] {isReadable(head, SuperblockSlot.offsetOf(0), SuperblockSlot.BYTES),
            isReadable(head, SuperblockSlot.offsetOf(1), SuperblockSlot.BYTES)};
    }

    private boolean isReadable(byte[] head, int from, int length) {
        try {
            storage.read(from, head, from, length);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Throws if the file is not ours any more. Any thread.
     *
     * @throws LostFileException if it is not
     */
    public void requireOurs() throws LostFileException {
        requireInPlace();
        slots.lock();
        try {
            require(compare());
        } finally {
            slots.unlock();
        }
    }

    /** As {@link #requireOurs}, without looking into the file. */
    public void requireInPlace() throws LostFileException {
        require(place());
    }

    /**
     * {@return where the file is if not in its place, or null} Needs no lock. If its name cannot be looked up it is taken to be
     * in its place: a directory that may not be searched any more, or a server that does not answer, says nothing about
     * the open file.
     */
    public @Nullable LostFile place() {
        try {
            return placeForCertain();
        } catch (IOException e) {
            if (!saidThatLookupsFail.getAndSet(true)) {
                LOG.log(Level.WARNING,
                        "it cannot be told whether " + path + " still is the file that is open, which goes on "
                                + "to be used; that is said once",
                        e);
            }
            return null;
        }
    }

    /** As {@link #place()}. @throws IOException if the name cannot be looked up */
    public @Nullable LostFile placeForCertain() throws IOException {
        Whereabouts whereabouts = storage.whereabouts();
        Path now = whereabouts.now();
        return switch (whereabouts.name()) {
            case LEADS_TO_IT -> null;
            case LEADS_NOWHERE -> now == null ? new LostFile.Deleted(number) : new LostFile.Renamed(now);
            case LEADS_TO_ANOTHER -> new LostFile.Replaced(now, number);
        };
    }

    /**
     * {@return that somebody else wrote to the file, or null} Any thread, and waits for nobody: while a slot is written, or
     * somebody else looks, this does not look.
     */
    public @Nullable LostFile contents() {
        if (!slots.tryLock()) {
            return null;
        }
        try {
            return compare();
        } finally {
            slots.unlock();
        }
    }

    /**
     * {@return whether nobody else has written to the file, as far as can be told at once} Any thread, and waits for nobody: false
     * while a slot is written, or somebody else looks.
     */
    public boolean isUntouchedForCertain() {
        if (!slots.tryLock()) {
            return false;
        }
        try {
            return compare() == null;
        } finally {
            slots.unlock();
        }
    }

    private @Nullable LostFile compare() {
        isRead = readInto(found);
        return holdsExpected(0) && holdsExpected(1) ? null : new LostFile.Overwritten();
    }

    private boolean holdsExpected(int slot) {
        if (!isRead[slot] || !isExpectedKnown[slot]) {
            return true;
        }
        int from = SuperblockSlot.offsetOf(slot);
        int to = from + SuperblockSlot.BYTES;
        return Arrays.equals(found, from, to, expected, from, to);
    }

    private static void require(@Nullable LostFile lost) throws LostFileException {
        if (lost != null) {
            throw new LostFileException(lost);
        }
    }
}
