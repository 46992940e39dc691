/** Reads, sums and writes of whole pages, and the look whether the file still is ours. */
@org.jspecify.annotations.NullMarked
package io.mappedpages.internal.pageio;
