package io.mappedpages.cli;

import java.io.Console;
import java.util.Optional;

/** Whether a person is looking. */
final class Terminal {

    private Terminal() {
    }

    /** {@return whether this process is on a terminal, with its input and its output} */
    static boolean isThere() {
        return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }
}
