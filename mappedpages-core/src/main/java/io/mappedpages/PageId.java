package io.mappedpages;

/**
 * The name of a regular page: its position in the file, counted in pages. Numbers 0 to 2 belong to the file itself.
 *
 * <p>
 * A freed number is handed out again. A stale {@code PageId} therefore may name somebody else's page later, as a stale
 * pointer would.
 *
 * @param number the page's number, as got from {@link Pager#alloc()} and as stored by the caller; not checked here
 */
public record PageId(long number) implements PageHandle {

    @Override
    public String toString() {
        return "page " + number;
    }
}
