package io.mappedpages.internal.transaction;

/**
 * How a file grows.
 *
 * @param maxBytes  it never grows beyond this
 * @param stepBytes it doubles until a doubling would add more than this, then grows by it
 * @param reserve   whether growth puts real blocks behind every page
 */
public record GrowthPolicy(long maxBytes, long stepBytes, boolean reserve) {
}
