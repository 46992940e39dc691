package io.mappedpages;

import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * What {@link PagerBuilder#importRust} has taken over from a file of the Rust crate.
 *
 * <p>
 * Such a file has two metadata pages, and a superblock that says which of them counts. Nothing in it can tell whether that is the newest
 * state: the checksum that the superblock has of the metadata page is the same number in every file. Compare the generations with
 * what you know of the file. One of the two is one lower than the other, but for a new file, where both are 0.
 *
 * @param pages pages in the new file, its own included
 * @param regularPages regular pages that were taken over
 * @param protectedPages protected pages that were taken over
 * @param generation the generation (number of the commit) of the source that was taken over
 * @param otherGeneration the generation of the metadata page that was not taken, or empty if that page is damaged. If it is higher, the crate
 *        was stopped in the middle of a commit, or the disk has lost a write
 * @param findings what was not in order, one sentence each; empty if all was
 */
public record ImportReport(long pages, long regularPages, long protectedPages, long generation,
        OptionalLong otherGeneration, List<String> findings) {

    /**
     * Makes a report.
     *
     * @throws NullPointerException if an argument or a finding is null
     */
    public ImportReport {
        Objects.requireNonNull(otherGeneration, "otherGeneration");
        findings = List.copyOf(findings);
    }
}
