package io.mappedpages.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Stream;

import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What came of a command line.
 *
 * @param status exit status
 * @param out    standard output
 * @param err    standard error
 */
record Cli(int status, String out, String err) {

    private static final JsonMapper MAPPER = new JsonMapper();

    /** Runs it in this process; paths and numbers are turned into text. */
    static Cli run(Object... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = MappedPages.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int status = line.execute(Stream.of(args).map(String::valueOf).toArray(String[]::new));
        return new Cli(status, out.toString(), err.toString());
    }

    JsonNode json() {
        return MAPPER.readTree(out);
    }
}
