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
        /** It cannot be told whether the rejected generation had been committed. */
        POSSIBLE,
        /** The rejected generation had been committed, and is lost. */
        CERTAIN
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
