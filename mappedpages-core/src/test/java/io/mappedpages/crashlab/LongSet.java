package io.mappedpages.crashlab;

/** A set of numbers that are hashes already. */
final class LongSet {

    private long[] slots = new long[1024];
    private int size;
    private boolean zero;

    /** {@return whether it was not in the set before} */
    boolean add(long value) {
        if (value == 0) {
            boolean added = !zero;
            zero = true;
            return added;
        }
        if (2 * (size + 1) > slots.length) {
            long[] old = slots;
            slots = new long[2 * old.length];
            size = 0;
            for (long each : old) {
                if (each != 0) {
                    insert(each);
                }
            }
        }
        return insert(value);
    }

    private boolean insert(long value) {
        int mask = slots.length - 1;
        int at = (int) (value ^ value >>> 32) & mask;
        while (slots[at] != 0) {
            if (slots[at] == value) {
                return false;
            }
            at = at + 1 & mask;
        }
        slots[at] = value;
        size++;
        return true;
    }

    long size() {
        return size + (zero ? 1 : 0);
    }
}
