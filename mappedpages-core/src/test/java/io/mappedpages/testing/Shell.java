package io.mappedpages.testing;

import java.io.IOException;

/** Programs of the system, for tests that need a file system of their own. */
public final class Shell {

    private Shell() {
    }

    /** Runs a program. {@return an empty text if it succeeds, and otherwise what it said} */
    public static String refusal(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes()).trim();
            int status = process.onExit().join().exitValue();
            return status == 0 ? "" : String.join(" ", command) + ": status " + status + " " + said;
        } catch (IOException e) {
            return "no such program: " + e.getMessage();
        }
    }

    /** Runs a program that has to succeed. */
    public static void run(String... command) {
        String refusal = refusal(command);
        if (!refusal.isEmpty()) {
            throw new IllegalStateException(refusal);
        }
    }
}
