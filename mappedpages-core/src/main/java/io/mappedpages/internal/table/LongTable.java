package io.mappedpages.internal.table;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * A map from {@code long} to objects that know their own key: {@link #get} takes no lock and boxes nothing, all else
 * excludes each other. Objects move when others are added or taken out, so a {@code get} that finds nothing may have
 * missed what is there; what it does find is right. {@link #find} never misses.
 *
 * <p>Linear probing; taking out closes the gap by moving up what follows (Knuth, The Art of Computer Programming, volume
 * 3, 6.4, algorithm R), so no marks of removed entries are left.
 */
public final class LongTable<T extends LongTable.Keyed> {

    /** Something filed under a number. A class, so that the number is one load away, whatever kind of thing it is. */
    public abstract static class Keyed {

        private final long key;

        /** Filed under {@code key}, for good. */
        protected Keyed(long key) {
            this.key = key;
        }

        /** {@return the number; always the same} */
        public final long key() {
            return key;
        }
    }

    /** Fibonacci hashing: neighbouring keys spread over the table. */
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Keyed[].class);

    private volatile @Nullable Keyed[] slots = new Keyed[16];
    private int size;
    /** Where the next sweep goes on. */
    private int hand;

    /** {@return the object filed under {@code key}; null if there is none or it is just being moved} Lock-free. */
    public @Nullable T get(long key) {
        @Nullable Keyed[] table = slots;
        int home = home(key, table.length - 1);
        Keyed value = table[home]; // mostly it is there, and the loop stays out of the callers' code
        return value == null || value.key == key ? seen(value) : getBehind(table, home, key);
    }

    /** What somebody else has put there was complete before: the fence is the other half of {@link #set}. */
    @SuppressWarnings("unchecked") // nothing else is ever put into the table
    private @Nullable T seen(@Nullable Keyed value) {
        VarHandle.acquireFence();
        return (T) value;
    }

    private @Nullable T getBehind(@Nullable Keyed[] table, int home, long key) {
        int mask = table.length - 1;
        for (int index = (home + 1) & mask;; index = (index + 1) & mask) {
            Keyed value = table[index];
            if (value == null || value.key == key) {
                return seen(value);
            }
        }
    }

    private @Nullable T at(@Nullable Keyed[] table, int index) {
        return seen(table[index]);
    }

    private static void set(@Nullable Keyed[] table, int index, @Nullable Keyed value) {
        SLOT.setVolatile(table, index, value);
    }

    /** {@return the object filed under {@code key}, or null} */
    public synchronized @Nullable T find(long key) {
        return get(key);
    }

    /** {@return how many objects there are} */
    public synchronized int size() {
        return size;
    }

    /** {@return the object filed under {@code key}, made by {@code maker} if there is none yet} */
    public synchronized T getOrCreate(long key, LongFunction<T> maker) {
        T present = get(key);
        if (present != null) {
            return present;
        }
        T made = maker.apply(key);
        put(made);
        return made;
    }

    /** Files {@code value}; one already filed under its key is replaced. */
    public synchronized void put(T value) {
        if (2 * (size + 1) > slots.length) {
            slots = enlarged(slots);
        }
        @Nullable Keyed[] table = slots;
        int index = indexFor(table, value.key());
        if (at(table, index) == null) {
            size++;
        }
        set(table, index, value);
    }

    /** Shows every object to {@code visitor}, in no order. */
    public synchronized void forEach(Consumer<T> visitor) {
        glance(visitor);
    }

    /**
     * As {@link #forEach}, but waits for nobody: an object that is added, taken out or moved meanwhile may be missed, or
     * shown twice.
     */
    public void glance(Consumer<T> visitor) {
        @Nullable Keyed[] table = slots;
        for (int i = 0; i < table.length; i++) {
            T value = at(table, i);
            if (value != null) {
                visitor.accept(value);
            }
        }
    }

    /**
     * Looks at some of the objects, going on where the last sweep ended, and takes out those that are not wanted.
     *
     * @param looks    how many objects to look at, at most
     * @param unwanted says of each whether to take it out
     */
    public synchronized void sweep(int looks, Predicate<T> unwanted) {
        @Nullable Keyed[] table = slots;
        int mask = table.length - 1;
        int left = Math.min(looks, size);
        for (int passed = 0; left > 0 && passed <= mask; passed++) {
            hand &= mask;
            // what moves up into the place of one taken out is looked at, too
            for (T value = at(table, hand); value != null && left > 0; value = at(table, hand)) {
                left--;
                if (!unwanted.test(value)) {
                    break;
                }
                takeOut(table, hand);
            }
            hand++;
        }
    }

    /** {@return whether one of the objects fits} */
    public synchronized boolean anyMatch(Predicate<T> fits) {
        @Nullable Keyed[] table = slots;
        for (int i = 0; i < table.length; i++) {
            T value = at(table, i);
            if (value != null && fits.test(value)) {
                return true;
            }
        }
        return false;
    }

    /** Runs {@code action} while nobody else adds, finds or takes out anything; only {@link #get} goes on. */
    public synchronized boolean exclusively(BooleanSupplier action) {
        return action.getAsBoolean();
    }

    /** Takes everything out. Needs no memory, so it cannot fail for want of it. */
    public synchronized void clear() {
        @Nullable Keyed[] table = slots;
        for (int i = 0; i < table.length; i++) {
            set(table, i, null);
        }
        size = 0;
        hand = 0;
    }

    private void takeOut(@Nullable Keyed[] table, int index) {
        int mask = table.length - 1;
        int gap = index;
        int at = (gap + 1) & mask;
        for (T value = at(table, at); value != null; value = at(table, at)) {
            int probed = (at - home(value.key(), mask)) & mask;
            if (probed >= ((at - gap) & mask)) {
                set(table, gap, value);
                gap = at;
            }
            at = (at + 1) & mask;
        }
        set(table, gap, null);
        size--;
    }

    private static @Nullable Keyed[] enlarged(@Nullable Keyed[] table) {
        @Nullable Keyed[] larger = new Keyed[table.length * 2];
        for (int i = 0; i < table.length; i++) {
            Keyed value = table[i];
            if (value != null) {
                larger[indexFor(larger, value.key())] = value; // seen by others with the array
            }
        }
        return larger;
    }

    /** The slot that holds {@code key}, or the empty one where it belongs; at most half of the slots are taken. */
    private static int indexFor(@Nullable Keyed[] table, long key) {
        int mask = table.length - 1;
        int index = home(key, mask);
        while (true) {
            Keyed value = table[index];
            if (value == null || value.key() == key) {
                return index;
            }
            index = (index + 1) & mask;
        }
    }

    private static int home(long key, int mask) {
        return (int) ((key * GOLDEN) >>> 32) & mask;
    }
}
