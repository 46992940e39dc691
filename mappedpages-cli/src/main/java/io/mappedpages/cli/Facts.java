package io.mappedpages.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

import picocli.CommandLine.Help.Ansi;

/** Lines of a name and what is to be said of it, the latter in one column. */
final class Facts {

    private static final String INDENT = "  ";

    private record Fact(String name, String value) {
    }

    private final List<Fact> facts = new ArrayList<>();

    Facts add(String name, String value) {
        facts.add(new Fact(name, value));
        return this;
    }

    /** More of what was added last, on a line of its own. */
    Facts more(String value) {
        return add("", value);
    }

    void print(PrintWriter out) {
        int width = facts.stream().mapToInt(fact -> fact.name.length()).max().orElse(0);
        for (Fact fact : facts) {
            String name = fact.name.isEmpty() ? "" : Ansi.AUTO.string("@|faint " + fact.name + "|@");
            out.println(INDENT + name + " ".repeat(width - fact.name.length()) + INDENT + fact.value);
        }
    }
}
