package io.mappedpages;

import java.util.ArrayList;
import java.util.List;

import io.mappedpages.internal.repair.Repaired;

/**
 * What {@link PagerBuilder#repair} has saved of a damaged file, and what it could not save. Numbers are told in rows of neighbours; of each kind
 * at most {@value #MOST_ROWS} rows are.
 *
 * @param pages pages in the new file, its own included
 * @param regularPages regular pages in it, those of {@code lostRegular} that the file had the bytes of and {@code unsureRegular} included
 * @param protectedPages protected pages in it
 * @param generation the generation (number of the commit) of the state that was taken, or 0 if no metadata page was left
 * @param lostRegular regular pages that cannot be read, wholly or in part, and have zeros there; or that lie behind the end of the file, and are gone
 * @param unsureRegular pages of which nobody can tell whether they were in use; they are regular pages now, but for those behind the end of the
 *        file, which are gone
 * @param lostProtected protected pages that were in use, and whose content is nowhere
 * @param olderProtected protected pages with the content of another commit than the state names, in most cases an earlier one
 * @param foundProtected protected pages that the search has found where the directory is damaged; one that was freed before may be among them
 * @param unsureProtected numbers where the directory is damaged: of those that were not found nobody can tell whether they were in use
 * @param findings what was found, one sentence each
 * @param truncated whether there is more than is listed
 */
public record RepairReport(long pages, long regularPages, long protectedPages, long generation,
        List<Row> lostRegular, List<Row> unsureRegular, List<Row> lostProtected, List<Row> olderProtected,
        List<Row> foundProtected, List<Row> unsureProtected, List<String> findings, boolean truncated) {

    /** So many rows of each kind are told. */
    public static final int MOST_ROWS = 10_000;

    /**
     * Neighbouring numbers.
     *
     * @param first the first of them
     * @param end what is behind the last of them
     */
    public record Row(long first, long end) {
    }

    /**
     * Makes a report.
     *
     * @throws NullPointerException if a list, or something in it, is null
     */
    public RepairReport {
        lostRegular = List.copyOf(lostRegular);
        unsureRegular = List.copyOf(unsureRegular);
        lostProtected = List.copyOf(lostProtected);
        olderProtected = List.copyOf(olderProtected);
        foundProtected = List.copyOf(foundProtected);
        unsureProtected = List.copyOf(unsureProtected);
        findings = List.copyOf(findings);
    }

    /**
     * Whether all of the state that was taken is in the new file. What the findings say may be lost all the same: commits that came after it.
     *
     * @return true if no number is lost, older or unsure
     */
    public boolean isWhole() {
        return lostRegular.isEmpty() && unsureRegular.isEmpty() && lostProtected.isEmpty() && olderProtected.isEmpty()
                && unsureProtected.isEmpty();
    }

    static RepairReport of(Repaired saved) {
        Rows rows = new Rows();
        return new RepairReport(saved.pages(), saved.regularPages(), saved.protectedPages(), saved.generation(),
                rows.of(saved.lostRegular()), rows.of(saved.unsureRegular()), rows.of(saved.lostProtected()),
                rows.of(saved.olderProtected()), rows.of(saved.foundProtected()), rows.of(saved.unsureProtected()),
                saved.findings(), rows.truncated);
    }

    /** As many as are told. */
    private static final class Rows {

        private boolean truncated;

        List<Row> of(Repaired.Numbers numbers) {
            List<Row> rows = new ArrayList<>();
            numbers.forEachRow((first, end) -> {
                if (rows.size() < MOST_ROWS) {
                    rows.add(new Row(first, end));
                } else {
                    truncated = true;
                }
            });
            return rows;
        }
    }
}
