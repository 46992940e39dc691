package io.mappedpages.comparison.measure;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * All that is known of a run.
 *
 * @param machine where it was
 * @param versions of the stores
 * @param settings what was asked for
 * @param measurements what came of it
 */
public record Results(Map<String, String> machine, Map<String, String> versions, Map<String, String> settings,
        List<Measurement> measurements) {

    private static final JsonMapper MAPPER = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** {@return what is in a file} */
    public static Results read(Path file) {
        return MAPPER.readValue(file, Results.class);
    }

    /** Replaces a file. */
    public void write(Path file) {
        MAPPER.writeValue(file, this);
    }
}
