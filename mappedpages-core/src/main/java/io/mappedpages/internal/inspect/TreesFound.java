package io.mappedpages.internal.inspect;

import java.util.List;

/**
 * Both trees as they are in the file.
 *
 * @param generation  of the checkpoint that they belong to
 * @param nodes       parents first, of the map, then of the directory
 * @param entries     protected pages, in order; none unless they were asked for
 * @param ofOneMoment false if somebody wrote all the time, so that what looks damaged may only have been written over
 */
public record TreesFound(long generation, List<NodeFound> nodes, List<EntryFound> entries, boolean ofOneMoment) {
}
