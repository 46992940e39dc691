/**
 * A crash-consistent, memory-mapped file of fixed-size pages.
 *
 * <p>
 * {@link io.mappedpages} is the whole public API; start at {@link io.mappedpages.Pager}. Everything else is internal and
 * may change without notice.
 */
module io.mappedpages {
    requires static org.jspecify;

    exports io.mappedpages;
}
