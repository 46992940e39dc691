package io.mappedpages.internal.engine;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.LongFunction;

import org.jspecify.annotations.Nullable;

/**
 * A map from {@code long} to objects that know their own key: reads take no lock and box nothing, writers exclude each
 * other. Entries are never removed, so a reader that finds nothing in a table just outgrown simply asks again under the
 * lock.
 */
final class LongTable<T extends LongTable.Keyed> {

    /** Something filed under a number. */
    interface Keyed {
        long key();
    }

    /** Fibonacci hashing: neighbouring keys spread over the table. */
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private volatile AtomicReferenceArray<@Nullable T> slots = new AtomicReferenceArray<>(16);
    private int size;

    /** {@return the object filed under {@code key}, or null} Lock-free. */
    @Nullable T get(long key) {
        AtomicReferenceArray<@Nullable T> table = slots;
        return table.get(indexFor(table, key));
    }

    /** {@return the object filed under {@code key}, made by {@code maker} if there is none yet} */
    synchronized T getOrCreate(long key, LongFunction<T> maker) {
        T present = get(key);
        if (present != null) {
            return present;
        }
        T made = maker.apply(key);
        put(made);
        return made;
    }

    /** Files {@code value}; one already filed under its key is replaced. */
    synchronized void put(T value) {
        if (2 * (size + 1) > slots.length()) {
            slots = enlarged(slots);
        }
        AtomicReferenceArray<@Nullable T> table = slots;
        int index = indexFor(table, value.key());
        if (table.get(index) == null) {
            size++;
        }
        table.set(index, value);
    }

    /** Shows every object to {@code visitor}, in no order. */
    void forEach(Consumer<T> visitor) {
        AtomicReferenceArray<@Nullable T> table = slots;
        for (int i = 0; i < table.length(); i++) {
            T value = table.get(i);
            if (value != null) {
                visitor.accept(value);
            }
        }
    }

    private static <T extends Keyed> AtomicReferenceArray<@Nullable T> enlarged(
            AtomicReferenceArray<@Nullable T> table) {
        AtomicReferenceArray<@Nullable T> larger = new AtomicReferenceArray<>(table.length() * 2);
        for (int i = 0; i < table.length(); i++) {
            T value = table.get(i);
            if (value != null) {
                larger.set(indexFor(larger, value.key()), value);
            }
        }
        return larger;
    }

    /** The slot that holds {@code key}, or the empty one where it belongs; at most half of the slots are taken. */
    private static <T extends Keyed> int indexFor(AtomicReferenceArray<@Nullable T> table, long key) {
        int mask = table.length() - 1;
        int index = (int) ((key * GOLDEN) >>> 32) & mask;
        while (true) {
            T value = table.get(index);
            if (value == null || value.key() == key) {
                return index;
            }
            index = (index + 1) & mask;
        }
    }
}
