package io.mappedpages.internal.importing;

import java.util.List;
import java.util.OptionalLong;

/**
 * What was imported.
 *
 * @param pages           in the new file, the reserved ones included
 * @param regularPages    taken over
 * @param protectedPages  taken over
 * @param generation      of the metadata page that was taken, in the old file
 * @param otherGeneration of the one that was not, if it could be read
 * @param findings        what a user should know, one sentence each
 */
public record Imported(long pages, long regularPages, long protectedPages, long generation,
        OptionalLong otherGeneration, List<String> findings) {
}
