package io.mappedpages.internal.tree;

/** Is told of changes as they are made in memory, before they are durable and before anybody sees them. Under the engine lock. */
public interface ChangeWatch {

    /** The states of {@code count} pages, or the pairs that name them, change. */
    void touched(long first, long count);

    /** So many more of the pages from {@code first} on, whose states stand together, are free. */
    void freed(long first, int more);

    /** So many more protected pages, namely {@code id}, are in use. */
    void used(long id, int more);

    /** The file ends with so many pages. */
    void cut(long pages);
}
