package io.mappedpages.comparison.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.Map;

import org.junit.jupiter.api.Test;

class SyncCallsTest {

    private static final String BEGIN =
            "10 openat(AT_FDCWD, \"/d/begin\", O_RDONLY) = -1 ENOENT (No such file or directory)\n";
    private static final String END =
            "10 openat(AT_FDCWD, \"/d/end\", O_RDONLY) = -1 ENOENT (No such file or directory)\n";

    @Test
    void callsThatSyncAreCountedBetweenTheTwoMarks() {
        assertThat(between("11 fdatasync(7) = 0\n", """
                10 fdatasync(7) = 0
                11 fsync(8) = 0
                10 msync(0x7f0000001000, 4096, MS_SYNC) = 0
                10 fdatasync(7) = 0
                """, "10 fsync(7) = 0\n")).containsOnly(entry("fdatasync", 2L), entry("fsync", 1L), entry("msync", 1L));
    }

    @Test
    void aCallThatIsToldInTwoPartsCountsOnce() {
        assertThat(between("", """
                10 fdatasync(7 <unfinished ...>
                11 fsync(8) = 0
                10 <... fdatasync resumed>) = 0
                """, "")).containsOnly(entry("fdatasync", 1L), entry("fsync", 1L));
    }

    @Test
    void anMsyncThatWaitsForNothingDoesNotCount() {
        assertThat(between("", "10 msync(0x7f0000001000, 4096, MS_ASYNC) = 0\n", "")).isEmpty();
    }

    @Test
    void aWriteCountsIfItsFileWasOpenedSoThatWritesSync() {
        assertThat(between("""
                10 openat(AT_FDCWD, "/d/data", O_RDWR|O_DSYNC|O_CLOEXEC, 0664) = 9
                10 openat(AT_FDCWD, "/d/other", O_RDWR) = 12
                """, """
                11 pwrite64(9, "abc"..., 40, 16) = 40
                11 pwrite64(12, "abc"..., 40, 16) = 40
                """, "")).containsOnly(entry("write with O_DSYNC", 1L));
    }

    @Test
    void anOpeningThatIsToldInTwoPartsIsPutTogether() {
        assertThat(between("""
                10 openat(AT_FDCWD, "/d/data", O_RDWR|O_DSYNC <unfinished ...>
                11 openat(AT_FDCWD, "/d/other", O_RDWR) = 12
                10 <... openat resumed>, 0664) = 9
                """, """
                11 write(9, "abc"..., 40) = 40
                11 write(12, "abc"..., 40) = 40
                """, "")).containsOnly(entry("write with O_DSYNC", 1L));
    }

    @Test
    void aNumberThatWasClosedIsThatOfAnotherFileLater() {
        assertThat(between("""
                10 openat(AT_FDCWD, "/d/data", O_RDWR|O_DSYNC, 0664) = 9
                10 close(9) = 0
                10 openat(AT_FDCWD, "/d/other", O_RDWR) = 9
                """, "11 write(9, \"abc\"..., 40) = 40\n", "")).isEmpty();
    }

    private static Map<String, Long> between(String before, String counted, String after) {
        return SyncCalls.between("/begin", "/end", (before + BEGIN + counted + END + after).lines());
    }
}
