package io.mappedpages.internal.tree;

/**
 * How many of what stands in one leaf, with what the commit being put together makes of it.
 *
 * @param data     pages of users, or protected pages that are in use
 * @param copies   copies of protected pages
 * @param internal pages of the pager's own
 * @param next     what comes behind the leaf, or -1 if there is no leaf more
 */
public record LeafCount(long data, long copies, long internal, long next) {

    static final LeafCount NOTHING = new LeafCount(0, 0, 0, -1);
}
