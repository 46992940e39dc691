package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.mappedpages.testing.LoopDisk;
import io.mappedpages.testing.QuietLog;

/**
 * The operating system reports a failed write once to each description of a file. A user who forced a page, and ignored that
 * it failed, took the report away from the commit, which then succeeded: three of five commits that were acknowledged on a
 * full device were gone after it was mounted anew.
 */
@Timeout(120)
class StolenReportTest {

    @TempDir
    private Path directory;

    StolenReportTest() {
        QuietLog.use();
    }

    private interface Force {
        void of(WritablePage page);
    }

    private void assertCommitFails(Force force) throws IOException {
        try (LoopDisk disk = LoopDisk.thatCanFail(directory, 16);
                Pager pager = Pager.builder(disk.mountPoint().resolve("pages")).commitMode(CommitMode.CHECKPOINT)
                        .initialSize(8 << 20).create()) {
            PageId id = pager.allocBulk(1500).getLast();
            try (WritablePage page = pager.write(id)) { // so that the file system has nothing to note of this page later
                page.bytes().fill((byte) 0);
                page.commit();
            }
            pager.sync();
            disk.fail();
            try (WritablePage page = pager.write(id)) {
                page.bytes().fill((byte) 7);
                assertThat(catchThrowable(() -> force.of(page))).isInstanceOf(UncheckedIOException.class);
                assertThatExceptionOfType(MappedPageException.class).isThrownBy(page::commit);
            }
            assertThat(pager.state()).isEqualTo(PagerState.UNAVAILABLE);
        }
    }

    @Test
    void aCommitFailsAlthoughTheUserForcedThePageAndIgnoredTheFailure() throws IOException {
        assertCommitFails(page -> page.bytes().force());
    }

    @Test
    void aCommitFailsAlthoughTheUserForcedTheBufferAndIgnoredTheFailure() throws IOException {
        assertCommitFails(page -> ((MappedByteBuffer) page.byteBuffer()).force());
    }
}
