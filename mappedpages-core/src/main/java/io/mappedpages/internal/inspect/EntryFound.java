package io.mappedpages.internal.inspect;

/**
 * A protected page, as the newest checkpoint has it.
 *
 * @param id   of the page
 * @param pair where it is
 */
public record EntryFound(long id, PairFound pair) {
}
