package io.mappedpages.comparison.measure;

import java.util.Map;

/**
 * What came of one turn of a store.
 *
 * @param store which one
 * @param workload what it did
 * @param callers for how many callers at once; empty if there was no choice
 * @param round in which round, from 1
 * @param figures what was measured, by name; nothing if the turn failed
 * @param failure why it failed; empty if it did not
 */
public record Measurement(String store, String workload, String callers, int round, Map<String, Double> figures,
        String failure) {
}
