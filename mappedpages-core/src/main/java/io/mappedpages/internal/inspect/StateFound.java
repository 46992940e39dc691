package io.mappedpages.internal.inspect;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The state that opening would go on with.
 *
 * @param metadata             the metadata page of the checkpoint, A or B
 * @param checkpointGeneration number of the checkpoint
 * @param generation           number of the last commit
 * @param pages                in the file
 * @param records              how many commits are in the journal alone
 * @param recordBytes          how much of each ring they take
 * @param journal              where the journal is; null if there is none
 * @param recovery             what opening would put in order, one sentence each; empty if nothing
 * @param ofOneMoment          false if somebody wrote all the time while this was read
 */
public record StateFound(String metadata, long checkpointGeneration, long generation, long pages, int records,
        long recordBytes, MetadataFound.@Nullable Journal journal, List<String> recovery, boolean ofOneMoment) {
}
