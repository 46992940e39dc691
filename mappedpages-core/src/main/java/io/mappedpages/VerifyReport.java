package io.mappedpages;

import java.util.List;
import java.util.stream.Stream;

/**
 * What {@link Pager#verify()} counted and found.
 *
 * @param pages pages in the file, the file's own included
 * @param freePages pages that can be allocated
 * @param dataPages regular pages in use
 * @param protectedPages protected pages in use; each takes two pages of the file
 * @param internalPages pages the file uses for itself
 * @param nodesChecked tree nodes that were read and checked
 * @param findings everything that is wrong; empty if the file is sound
 * @param truncated whether there were more findings than are listed
 */
public record VerifyReport(long pages, long freePages, long dataPages, long protectedPages, long internalPages,
        long nodesChecked, List<Finding> findings, boolean truncated) {

    /**
     * One thing that is wrong.
     *
     * @param page the page's number in the file, or -1 if it concerns the file as a whole
     * @param problem what is wrong, as a sentence
     */
    public record Finding(long page, String problem) {
    }

    /**
     * Makes a report.
     *
     * @throws NullPointerException if {@code findings} or one of them is null
     */
    public VerifyReport {
        findings = List.copyOf(findings);
    }

    /** The same with one finding more, which comes first. */
    VerifyReport with(Finding first) {
        return new VerifyReport(pages, freePages, dataPages, protectedPages, internalPages, nodesChecked,
                Stream.concat(Stream.of(first), findings.stream()).toList(), truncated);
    }

    /**
     * Whether nothing is wrong.
     *
     * @return true if there are no findings
     */
    public boolean isSound() {
        return findings.isEmpty();
    }
}
