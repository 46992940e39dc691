package io.mappedpages.comparison.store;

import java.io.IOException;

/** An open store of values of {@link Contents#SIZE} bytes under the keys 0, 1, 2 and so on. */
public interface Store extends AutoCloseable {

    /** {@return what one thread uses to call the store; to be closed by it} */
    Session session();

    /**
     * Puts a value under each of the first so many keys, in the way that is documented to be the quickest, and replaces what is
     * there. On the disk when it returns; unlike an update it need not be whole if the machine stops meanwhile.
     *
     * @param count how many
     * @param version which one of the contents of a key
     */
    void load(int count, long version) throws Exception;

    /** {@return how many values there are} */
    long count();

    @Override
    void close() throws IOException;

    /** The calls of one thread. */
    interface Session extends AutoCloseable {

        /**
         * Replaces a value. On the disk when it returns.
         *
         * @param key its key
         * @param value what it is to be; the caller may change the array afterwards
         */
        void update(long key, byte[] value) throws Exception;

        /**
         * Adds a value. On the disk when it returns.
         *
         * @param value the value; the caller may change the array afterwards
         * @return its key
         */
        long insert(byte[] value) throws Exception;

        /**
         * Reads eight bytes of a value.
         *
         * @param key its key
         * @param at where they are in it
         * @return they, as a little-endian number
         */
        long word(long key, int at) throws Exception;

        /**
         * Reads a value.
         *
         * @param key its key
         * @param into where to
         */
        void copy(long key, byte[] into) throws Exception;

        /** {@return the sum of all words of all values, which are read in the order of their keys} */
        long sum() throws Exception;

        @Override
        default void close() {
        }
    }
}
