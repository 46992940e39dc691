package io.mappedpages.testing;

import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What pagers log when tests break them would fill the screen. Start the tests with {@code -Dmappedpages.test.log=ALL} to
 * see it.
 */
public final class QuietLog {

    /** Held here, for a logger that nobody holds forgets its level. */
    private static final Logger PAGERS = Logger.getLogger("io.mappedpages");

    private QuietLog() {
    }

    /** From now on pagers log what the property says, and nothing without it. */
    public static void use() {
        PAGERS.setLevel(Level.parse(System.getProperty("mappedpages.test.log", "OFF")));
    }
}
