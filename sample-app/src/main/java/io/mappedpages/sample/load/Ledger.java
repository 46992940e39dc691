package io.mappedpages.sample.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What was acknowledged to each writer, in a small mapped file beside the page file. A killed process leaves behind
 * what it stored here, because that is in the memory of the operating system; a power cut may not. An entry belongs to
 * one thread at a time.
 */
final class Ledger {

    /** Added to the name of the page file. */
    static final String SUFFIX = ".load";

    private static final int ENTRY_BYTES = 2 * Long.BYTES;
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

    private final MemorySegment entries;
    private final int count;

    private Ledger(MemorySegment entries, int count) {
        this.entries = entries;
        this.count = count;
    }

    /** Opens the ledger of a page file. A new one has no entries that are in use. */
    static Ledger of(Path pages, int count) {
        Path file = pages.resolveSibling(pages.getFileName() + SUFFIX);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            return new Ledger(channel.map(MapMode.READ_WRITE, 0, (long) count * ENTRY_BYTES, Arena.ofAuto()), count);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int count() {
        return count;
    }

    /** From now on an entry is for a page, to which nothing has been written yet. */
    void begin(int entry, long page) {
        set(entry, Long.BYTES, 0);
        set(entry, 0, page + 1);
    }

    /** A writer was told that a number is in its page. */
    void acknowledged(int entry, long number) {
        set(entry, Long.BYTES, number);
    }

    /** From now on the page may be there or not: it is just given back, with what was acknowledged last. */
    void ending(int entry) {
        set(entry, Long.BYTES, -1 - number(entry));
    }

    /** An entry is in use no more. */
    void end(int entry) {
        set(entry, 0, 0);
    }

    boolean isUsed(int entry) {
        return get(entry, 0) != 0;
    }

    boolean isEnding(int entry) {
        return get(entry, Long.BYTES) < 0;
    }

    long page(int entry) {
        return get(entry, 0) - 1;
    }

    /** What was acknowledged last, 0 if nothing was. */
    long number(int entry) {
        long value = get(entry, Long.BYTES);
        return value < 0 ? -1 - value : value;
    }

    private void set(int entry, int at, long value) {
        LONG.setRelease(entries, (long) entry * ENTRY_BYTES + at, value);
    }

    private long get(int entry, int at) {
        return (long) LONG.getAcquire(entries, (long) entry * ENTRY_BYTES + at);
    }
}
