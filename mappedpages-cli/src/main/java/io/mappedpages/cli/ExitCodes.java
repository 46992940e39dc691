package io.mappedpages.cli;

/** What the process ends with, the same for all subcommands. They are said in the help of each. */
final class ExitCodes {

    /** It was done, and nothing is wrong. */
    static final int FINE = 0;
    /** Something is wrong with what was looked at. */
    static final int FOUND = 1;
    /** The command was not used as it can be. */
    static final int USAGE = 2;
    /** It could not be done: no such file, no permission, no page file, in use, no answer. */
    static final int FAILED = 3;
    /** It was interrupted from the keyboard, as shells have it. */
    static final int INTERRUPTED = 130;

    static final String FINE_LINE = "0:done, and nothing is wrong";
    static final String USAGE_LINE = "2:the command line is not right";
    static final String FAILED_LINE = "3:it cannot be done: no such file, no permission, no page file, in use";

    private ExitCodes() {
    }
}
