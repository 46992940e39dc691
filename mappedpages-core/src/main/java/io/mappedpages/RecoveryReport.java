package io.mappedpages;

import java.util.List;
import java.util.Objects;

/**
 * What was found and done when a file was opened that had not been left in order.
 *
 * @param adoptedGeneration the generation (number of the commit) the file was opened at
 * @param rejectedGeneration the newer generation that was found and not adopted, or 0 if there was none
 * @param loss whether something that had been committed is missing
 * @param findings what was found, one sentence each
 */
public record RecoveryReport(long adoptedGeneration, long rejectedGeneration, Loss loss, List<String> findings) {

    /** Whether something that had been committed is missing from what was opened. */
    public enum Loss {
        /** Nothing: at most a commit that never returned to its caller was undone. */
        NONE,
        /**
         * A generation is gone, to damage. The file cannot tell whether its commit had returned to its caller, but
         * unless the machine failed in that very moment, it had.
         */
        POSSIBLE
    }

    /**
     * Makes a report.
     *
     * @throws NullPointerException if an argument or a finding is null
     */
    public RecoveryReport {
        Objects.requireNonNull(loss, "loss");
        findings = List.copyOf(findings);
    }
}
