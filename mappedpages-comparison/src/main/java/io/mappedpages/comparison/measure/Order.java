package io.mappedpages.comparison.measure;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import tools.jackson.databind.json.JsonMapper;

import io.mappedpages.comparison.store.Contender;

/**
 * What a process of its own is to do; it finds this in a file.
 *
 * @param store with which store
 * @param task what
 * @param workload what that belongs to in the results
 * @param directory where the store is, or will be
 * @param count how many values are loaded
 * @param millis how long each measurement lasts
 * @param callers by how many at once, one after the other
 * @param answer where it is to write what came of it
 */
record Order(Contender store, Task task, String workload, String directory, int count, long millis,
        List<String> callers,
        String answer) {

    /** What a process can do. */
    enum Task {
        LOAD, WORD, COPY, SUM, UPDATE, MIXED, INSERT, OPEN,
        /** Commits between two marks, for who watches. */
        COMMIT,
        /** Updates without end. */
        WRITE,
        /** Opens what a killed process has left. */
        OPEN_KILLED
    }

    /**
     * Figures.
     *
     * @param workload of what
     * @param callers for how many callers; empty if there was no choice
     * @param figures the figures
     */
    record Answer(String workload, String callers, Map<String, Double> figures) {
    }

    private static final JsonMapper MAPPER = JsonMapper.shared();

    Path where() {
        return Path.of(directory);
    }

    static Order read(Path file) {
        return MAPPER.readValue(file, Order.class);
    }

    void write(Path file) {
        MAPPER.writeValue(file, this);
    }

    void answer(List<Answer> answers) {
        MAPPER.writeValue(Path.of(answer), answers);
    }

    List<Answer> answers() {
        return List.of(MAPPER.readValue(Path.of(answer), Answer[].class));
    }
}
