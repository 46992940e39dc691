package io.mappedpages.internal.table;

/** An object of a table that has its key in a plain field, too. */
final class Numbered extends LongTable.Keyed {

    /** What is looked up. */
    static final int KEY = 7;
    /** What belongs to the same place of a table as {@link #KEY}, and as many of them as there may be before it gets longer. */
    private static final int[] OTHERS = {2, 66, 71, 130, 135, 189, 194, 253};

    int content;

    Numbered(long key) {
        super(key);
        content = (int) key;
    }

    /** {@return a table with others in it, in which what is added next stands last} */
    static LongTable<Numbered> table() {
        LongTable<Numbered> table = new LongTable<>();
        for (int other : OTHERS) {
            table.put(new Numbered(other));
        }
        return table;
    }
}
