package io.mappedpages.comparison;

import java.io.IOException;

import io.mappedpages.comparison.measure.Run;

/** Measures. {@code --help} tells the options. */
public final class Comparison {

    private Comparison() {
    }

    /** Runs it. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Options options;
        try {
            options = Options.of(arguments);
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            System.err.println(Options.HELP);
            System.exit(2);
            return;
        }
        if (options.isHelp()) {
            System.out.println(Options.HELP);
            return;
        }
        new Run(options.settings(), options.output(), System.out).run();
        System.out.println("The results are in " + options.output() + ".");
    }
}
