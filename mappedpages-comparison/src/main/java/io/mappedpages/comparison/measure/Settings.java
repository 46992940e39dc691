package io.mappedpages.comparison.measure;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.mappedpages.comparison.store.Contender;

/**
 * What is asked for.
 *
 * @param directory where the stores are made; they are deleted afterwards
 * @param stores which ones
 * @param workloads what they do
 * @param callers by how many at once
 * @param rounds how often each store has its turn
 * @param millis how long each measurement lasts
 * @param count how many values are loaded
 */
public record Settings(Path directory, List<Contender> stores, List<Step> workloads, List<Callers> callers, int rounds,
        long millis, int count) {

    /** {@return for the results; without names of the machine} */
    Map<String, String> words() {
        Map<String, String> words = new LinkedHashMap<>();
        words.put("rounds", String.valueOf(rounds));
        words.put("seconds", String.valueOf(millis / 1000.0));
        words.put("values", String.valueOf(count));
        return words;
    }
}
