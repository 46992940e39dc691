package io.mappedpages.internal.repair;

import java.util.List;

/**
 * What was saved of a damaged file, and what was not.
 *
 * @param pages             in the new file, the reserved ones included
 * @param regularPages      saved, those included of which it is not known whether they were in use
 * @param protectedPages    saved
 * @param generation        of the state that was taken, or 0 if no metadata page is left
 * @param lostRegular       regular pages that cannot be read; they are zeros
 * @param unsureRegular     pages of which nobody can tell whether they were in use; those that the file has the bytes of are regular ones
 * @param lostProtected     protected pages that were in use, and whose contents are nowhere
 * @param olderProtected    protected pages that have the contents of an earlier commit
 * @param unsureProtected   numbers of protected pages of which nobody can tell whether they were in use
 * @param foundProtected    protected pages among those whose contents were found, and are saved
 * @param findings          one sentence each
 */
public record Repaired(long pages, long regularPages, long protectedPages, long generation, Numbers lostRegular,
        Numbers unsureRegular, Numbers lostProtected, Numbers olderProtected, Numbers unsureProtected,
        Numbers foundProtected, List<String> findings) {

    /** Takes neighbouring numbers. */
    public interface Row {
        /** Takes the numbers {@code [first, end)}. */
        void take(long first, long end);
    }

    /** Numbers, told row by row, in ascending order. */
    public interface Numbers {
        /** Shows them all. */
        void forEachRow(Row row);
    }
}
