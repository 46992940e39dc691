/**
 * Looks into a page file below its API, for tools: slots, metadata pages, tree nodes and journal records as data, whether or not the file
 * could be opened, and what the disk below it is like. Reads page files alone, and prints nothing. All of it is made by the
 * readers that opening a file has.
 */
@NullMarked
package io.mappedpages.internal.inspect;

import org.jspecify.annotations.NullMarked;
