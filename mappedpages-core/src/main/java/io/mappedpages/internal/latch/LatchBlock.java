package io.mappedpages.internal.latch;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.table.ClockEntry;

/**
 * The latch words of 256 neighbouring pages. A word is
 *
 * <pre>
 * bit  63      WRITER: held exclusively
 * bit  62      LENT: the page was lent writable since the file was mapped, so somebody may keep a segment and store into it
 * bit  61      VERIFIED: the contents of this copy of a protected page were checked since this opening
 * bit  60      ALLOCATED: the page was seen to be a user's regular page; only who holds the latch exclusively can change that
 * bit  59      COUNTED: there were several readers at once since the latch was last free
 * bits 58..55  how often the latch was taken exclusively, the last bits of that
 * bits 54..36  how many readers hold the page
 * bits 35..0   ticket: of the thread that took the latch last when it was free
 * </pre>
 *
 * A sole holder, which is the usual case, gives the latch back by its ticket: that can succeed only once,
 * so nothing else has to be atomic. When a second reader comes the readers are only counted from then on, the first one
 * too (it sees that from its ticket), and each has to see for itself that it is taken off the count once.
 *
 * <p>Who reads a page without its latch looks at the word before and after: see {@link #isUnwritten}.
 *
 * <p>VERIFIED and ALLOCATED spare a second look and may be forgotten at any time. A word of ones is none: the block was
 * {@linkplain #retire retired}, and another one stands for these pages.
 */
public final class LatchBlock extends ClockEntry {

    static final int BITS = 8;
    /** Pages in a block. */
    public static final int SIZE = 1 << BITS;

    static final long WRITER = 1L << 63;
    /** A mark: the page was lent writable since the file was mapped. */
    public static final long LENT = 1L << 62;
    /** A mark: the contents of this copy of a protected page were checked since this opening. */
    public static final long VERIFIED = 1L << 61;
    /** A mark: the page was seen to be a user's regular page. */
    public static final long ALLOCATED = 1L << 60;
    private static final long COUNTED = 1L << 59;
    private static final int WRITERS_AT = 55;
    private static final long ONE_MORE_WRITER = 1L << WRITERS_AT;
    private static final long WRITERS = COUNTED - ONE_MORE_WRITER;
    private static final int TICKET_BITS = 36;
    private static final long ONE_READER = 1L << TICKET_BITS;
    private static final long TICKET = ONE_READER - 1;
    private static final long READERS = ONE_MORE_WRITER - ONE_READER;
    /** With so many takings in between at most, the same {@link #WRITERS} say that none of them was exclusive. */
    private static final long MOST_TAKINGS = WRITERS >>> WRITERS_AT;
    private static final long HELD = WRITER | READERS;
    private static final long RETIRED = -1;

    /** Given instead of a ticket: the latch was granted, and its holder is one of several that are counted. */
    static final long ONE_OF_SEVERAL = 0;
    /** Given instead of a ticket: somebody holds the latch, or the word has not the marks asked for. */
    static final long REFUSED = -1;
    /** Given instead of a ticket: look for the block that stands for this page now. */
    static final long GONE = -2;
    /** Given instead of a ticket: the word is not what it was when it was looked at. */
    static final long CHANGED = -3;

    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    /** Stands for no pages: retired from the beginning. */
    public static final LatchBlock NONE = none();

    private final long[] words = new long[SIZE];
    private boolean lentBeforeRetired;
    private long @Nullable [] beforeRetired;
    private Bytes bytes = Bytes.NONE;

    LatchBlock(long key) {
        super(key);
    }

    private static LatchBlock none() {
        LatchBlock none = new LatchBlock(-1);
        Arrays.fill(none.words, RETIRED);
        return none;
    }

    static long keyOf(long page) {
        return page >>> BITS;
    }

    /**
     * The mapped bytes of the pages, from the first on, twice.
     *
     * @param length how many; 0 for none
     */
    public record Bytes(MemorySegment writable, MemorySegment readOnly, long length) {

        private static final Bytes NONE = new Bytes(MemorySegment.NULL, MemorySegment.NULL, 0);
    }

    /** {@return the mapped bytes that are at hand} A thread that misses the latest has fewer, or none. */
    public Bytes bytes() {
        return bytes;
    }

    /** Keeps the mapped bytes of the pages at hand, from the first page on. Any thread. */
    public void keepBytes(MemorySegment writable) {
        bytes = new Bytes(writable, writable.asReadOnly(), writable.byteSize());
    }

    /** {@return where the bytes of {@code page} begin among those of the block} */
    public static long offset(long page, int pageSize) {
        return (long) index(page) * pageSize;
    }

    /**
     * Takes a shared latch if no writer holds it and the word has all {@code required} marks. The atomic instruction that
     * takes it is the last thing that is called, here as in {@link #tryExclusive}: see {@link Latch}.
     *
     * @return a ticket, {@link #ONE_OF_SEVERAL}, {@link #REFUSED} or {@link #GONE}
     */
    long tryShared(long page, long required) {
        noteUse();
        while (true) {
            long word = word(page);
            if (word < 0 || (word & required) != required || (word & READERS) == READERS) { // WRITER is the sign
                return refused(word);
            }
            if ((word & READERS) == 0) {
                long ticket = nextTicket(word);
                if (compareAndSet(page, word, (word & ~(COUNTED | TICKET)) | ONE_READER | ticket)) {
                    return ticket;
                }
            } else if (compareAndSet(page, word, (word | COUNTED) + ONE_READER)) {
                return ONE_OF_SEVERAL;
            }
        }
    }

    /**
     * Takes the exclusive latch if nobody holds it and the word has all {@code required} marks; sets {@code marks}.
     *
     * @return a ticket, {@link #REFUSED} or {@link #GONE}
     */
    long tryExclusive(long page, long required, long marks) {
        noteUse();
        while (true) {
            long word = word(page);
            if ((word & HELD) != 0 || (word & required) != required) {
                return refused(word);
            }
            long ticket = nextTicket(word);
            if (compareAndSet(page, word, exclusive(word, ticket) | marks)) {
                return ticket;
            }
        }
    }

    /** {@return the word as it is, for {@link #tryExclusiveSince} or {@link #isUnwritten}} */
    public long look(long page) {
        return word(page);
    }

    /** {@return whether a page whose word this is was a user's regular page then, and nobody held it exclusively} */
    public static boolean isReadable(long word) {
        return (word & (WRITER | ALLOCATED)) == ALLOCATED;
    }

    /**
     * {@return whether nobody can have written to the page, nor freed it, since its word was {@linkplain #isReadable
     * readable} and {@code seen}} For one who has read the page without its latch, with a {@link VarHandle#acquireFence} in
     * between.
     *
     * <p>Readers may have come and gone: each that took a free latch left a ticket, and whoever took it exclusively counted
     * that as well. With few tickets in between the same count means that there was none; with many of them it may have come
     * round, and then nobody can tell.
     */
    public boolean isUnwritten(long page, long seen) {
        long word = word(page); // if the block was retired all bits are set, WRITER too
        return ((word ^ seen) & (WRITER | ALLOCATED | WRITERS)) == 0 && ((word - seen) & TICKET) <= MOST_TAKINGS;
    }

    /**
     * Takes the exclusive latch if nobody held it when the word was {@code seen}, and nobody has had it since: the ticket
     * would be another one.
     *
     * @return a ticket, {@link #REFUSED}, {@link #GONE} or {@link #CHANGED}
     */
    long tryExclusiveSince(long page, long seen) {
        noteUse();
        if ((seen & HELD) != 0) {
            return refused(seen);
        }
        long ticket = nextTicket(seen);
        return compareAndSet(page, seen, exclusive(seen, ticket)) ? ticket : CHANGED;
    }

    /** {@return a free word once somebody has taken it exclusively} */
    private static long exclusive(long word, long ticket) {
        long writers = (word + ONE_MORE_WRITER) & WRITERS;
        return (word & ~(COUNTED | WRITERS | TICKET)) | WRITER | writers | ticket;
    }

    /** Makes the one who holds the latch alone by this ticket a reader, and sets {@code marks}. Else does nothing. */
    void share(long page, long ticket, long marks) {
        while (true) {
            long word = word(page);
            if ((word & WRITER) == 0 || (word & TICKET) != ticket
                    || compareAndSet(page, word, (word & ~WRITER) | ONE_READER | marks)) {
                return;
            }
        }
    }

    private static long refused(long word) {
        return word == RETIRED ? GONE : REFUSED;
    }

    private static long nextTicket(long word) {
        long next = (word + 1) & TICKET;
        return next == ONE_OF_SEVERAL ? 1 : next;
    }

    /**
     * Gives back what a sole holder has, shared or exclusive, and clears {@code marks}.
     *
     * @return false if this ticket does not hold the latch alone: it was given back before, or is counted with others now
     */
    boolean releaseSole(long page, long ticket, long marks) {
        while (true) {
            long word = word(page);
            if ((word & TICKET) != ticket || (word & HELD) == 0 || (word & COUNTED) != 0) { // RETIRED is COUNTED, too
                return false;
            }
            if (compareAndSet(page, word, word & ~(HELD | marks))) {
                return true;
            }
        }
    }

    /** {@return whether who took the latch with this ticket is one of those that are counted now} */
    boolean isCounted(long page, long ticket) {
        long word = word(page);
        return word != RETIRED && (word & COUNTED) != 0 && (word & TICKET) == ticket;
    }

    /** Takes one reader off the count. */
    void releaseCounted(long page) {
        WORD.getAndAdd(words, index(page), -ONE_READER);
    }

    /** {@return who holds {@code page} at this moment} */
    Holders holders(long page) {
        long word = wordUnlessRetired(page);
        return new Holders((word & WRITER) != 0, (int) ((word & READERS) >>> TICKET_BITS));
    }

    /** Sets {@code marks}; in a retired block that does nothing. */
    public void mark(long page, long marks) {
        if ((word(page) & marks) != marks) {
            WORD.getAndBitwiseOr(words, index(page), marks);
        }
    }

    /** {@return whether all of {@code marks} are set} What is not held may have been forgotten at any time. */
    public boolean isMarked(long page, long marks) {
        return (wordUnlessRetired(page) & marks) == marks;
    }

    /** {@return whether another block stands for the page by now, or none} */
    public boolean isRetired(long page) {
        return word(page) == RETIRED;
    }

    private long wordUnlessRetired(long page) {
        long word = word(page);
        return word == RETIRED ? 0 : word;
    }

    boolean isAnyHeld() {
        for (int i = 0; i < SIZE; i++) {
            if ((wordUnlessRetired(i) & HELD) != 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Makes every word {@link #RETIRED}, from which no latch can be taken, unless one is held. For one thread at a time.
     *
     * @return false if a latch is held; then the block is as it was, but for what may be forgotten
     */
    boolean retire() {
        if (isAnyHeld()) {
            return false;
        }
        long[] before = new long[SIZE];
        boolean anyLent = false;
        int retired = 0;
        try {
            while (retired < SIZE && retireWord(retired, before)) {
                anyLent |= (before[retired] & LENT) != 0;
                retired++;
            }
        } finally {
            if (retired < SIZE) { // also if the stack is at its end
                restore(before, retired);
            }
        }
        lentBeforeRetired = anyLent;
        beforeRetired = before;
        return retired == SIZE;
    }

    private boolean retireWord(int index, long[] before) {
        while (true) {
            long word = word(index);
            if ((word & HELD) != 0) {
                return false;
            }
            before[index] = word;
            if (compareAndSet(index, word, RETIRED)) {
                return true;
            }
        }
    }

    private void restore(long[] before, int count) {
        for (int i = 0; i < count; i++) {
            WORD.setVolatile(words, i, before[i]);
        }
    }

    /** Takes back what {@link #retire} did, for the thread that did it and has let nobody else find out since. */
    void revive() {
        restore(Objects.requireNonNull(beforeRetired), SIZE);
        beforeRetired = null;
    }

    /**
     * {@return the first page at or after {@code page} and below {@code limit}, all of this block, that was not lent
     * writable; {@code limit} if there is none, {@link #GONE} if the block was retired}
     */
    long nextNotLent(long page, long limit) {
        for (long at = page; at < limit; at++) {
            long word = word(at);
            if (word == RETIRED) {
                return GONE;
            }
            if ((word & LENT) == 0) {
                return at;
            }
        }
        return limit;
    }

    /** Makes the next borrow of each page take the long way, on which it can be held back. */
    void forgetAllocated() {
        for (int i = 0; i < SIZE; i++) {
            long word = word(i);
            if ((word & ALLOCATED) != 0 && word != RETIRED) {
                compareAndSet(i, word, word & ~ALLOCATED); // if it changed just now, the next call sees to it
            }
        }
    }

    /** {@return how many of the pages are held} */
    int countHeld() {
        int held = 0;
        for (int i = 0; i < SIZE; i++) {
            held += (wordUnlessRetired(i) & HELD) != 0 ? 1 : 0;
        }
        return held;
    }

    /** {@return how many borrows of the pages are open} */
    OpenBorrows openBorrows() {
        long borrows = 0;
        int pages = 0;
        for (int i = 0; i < SIZE; i++) {
            long held = wordUnlessRetired(i) & HELD;
            if (held != 0) {
                pages++;
                borrows += held < 0 ? 1 : held >>> TICKET_BITS; // WRITER is the sign
            }
        }
        return pages == 0 ? OpenBorrows.NONE : new OpenBorrows(borrows, pages);
    }

    /** {@return whether one of the pages was lent writable before this block was retired} */
    boolean wasLentBeforeRetired() {
        return lentBeforeRetired;
    }

    private long word(long page) {
        return (long) WORD.getVolatile(words, index(page));
    }

    private boolean compareAndSet(long page, long word, long next) {
        return WORD.compareAndSet(words, index(page), word, next);
    }

    private static int index(long page) {
        return (int) page & (SIZE - 1);
    }
}
