package io.mappedpages.cli;

import java.io.PrintWriter;

import com.fasterxml.jackson.annotation.JsonInclude;
import picocli.CommandLine.Option;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** Whether a command answers in JSON, and how that is written. */
final class JsonOption {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .changeDefaultPropertyInclusion(
                    inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();

    @Option(names = "--json", description = "Answer in JSON. Sizes are bytes, times nanoseconds unless the name says "
            + "otherwise.")
    private boolean json;

    boolean isWanted() {
        return json;
    }

    /** Writes a record, over several lines. */
    static void print(Object what, PrintWriter out) {
        print(MAPPER.writerWithDefaultPrettyPrinter(), what, out);
    }

    /** Writes a record on one line. */
    static void printLine(Object what, PrintWriter out) {
        print(MAPPER.writer(), what, out);
    }

    private static void print(ObjectWriter writer, Object what, PrintWriter out) {
        out.println(writer.writeValueAsString(what));
        out.flush();
    }

    static JsonMapper mapper() {
        return MAPPER;
    }
}
