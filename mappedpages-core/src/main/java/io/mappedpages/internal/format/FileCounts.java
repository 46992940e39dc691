package io.mappedpages.internal.format;

/**
 * What every journal record says of the whole file.
 *
 * @param pages          pages in the file, reserved ones included
 * @param free           pages that are free
 * @param protectedPages protected pages in use
 * @param highWater      no page at or above was ever written
 * @param sparse         whether the file's blocks are not all reserved, from this commit on
 */
public record FileCounts(long pages, long free, long protectedPages, long highWater, boolean sparse) {
}
