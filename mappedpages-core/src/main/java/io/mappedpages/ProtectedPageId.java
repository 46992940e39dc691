package io.mappedpages;

/**
 * The name of a protected page: its index in the file's directory of protected pages, counted from 0.
 *
 * <p>
 * The number stays the same for the page's life although its content moves between two places of the file with each
 * commit. A freed number is handed out again.
 *
 * @param number the page's index, as got from {@link Pager#allocProtected()} and as stored by the caller; not checked
 *         here
 */
public record ProtectedPageId(long number) implements PageHandle {

    @Override
    public String toString() {
        return "protected page " + number;
    }
}
