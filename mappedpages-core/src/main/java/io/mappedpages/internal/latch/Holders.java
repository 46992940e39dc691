package io.mappedpages.internal.latch;

/** Who holds a page: a writer, or so many readers. */
public record Holders(boolean writer, int readers) {
}
