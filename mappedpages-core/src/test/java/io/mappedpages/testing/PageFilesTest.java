package io.mappedpages.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.mappedpages.Pager;
import io.mappedpages.PagerIoException;
import io.mappedpages.PagerState;
import io.mappedpages.ProtectedPageId;
import io.mappedpages.ProtectedPageWriter;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.format.SuperblockSlot;

/** The extension of the other tests can fail, and does so in the right cases. */
class PageFilesTest {

    private final PageFiles files = PageFiles.onDisk();

    private void endOfTest() {
        files.afterEach(null);
    }

    private void assertThatItFails(String... words) {
        Path directory = files.directory();
        assertThatExceptionOfType(AssertionError.class).isThrownBy(this::endOfTest).withMessageContainingAll(words);
        assertThat(directory).doesNotExist();
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(files.directory()).doesNotExist();
    }

    @Test
    void aTestThatLeavesSoundFilesPassesAndItsPagersAreClosed() {
        Pager open = files.create(10);
        open.alloc();
        Pager closed = files.create();
        closed.allocProtected();
        closed.close();

        assertThatCode(this::endOfTest).doesNotThrowAnyException();

        assertThat(open.state()).isEqualTo(PagerState.CLOSED);
    }

    @Test
    void aPathThatWasNeverUsedIsNoProblem() {
        assertThat(files.path()).doesNotExist().isNotEqualTo(files.path());

        assertThatCode(this::endOfTest).doesNotThrowAnyException();
    }

    @Test
    void aProtectedPageThatIsDamagedBehindAnOpenPagerIsFound() {
        Pager pager = files.create(10);
        ProtectedPageId id = pager.allocProtected();
        try (ProtectedPageWriter page = pager.write(id)) {
            page.commit();
        }
        RawPageFile file = new RawPageFile(pager.path());
        for (long page = 3; page < pager.pageCount(); page++) {
            if (file.metadata(file.currentMetadata()).states().get((int) page) == PageState.COPY) {
                file.spoilPage(page);
            }
        }

        assertThatItFails("while open is not sound", "protected page 0");
    }

    @Test
    void aStateThatNoPairExplainsIsFoundInAClosedFile() {
        Pager pager = files.create(10);
        pager.alloc();
        pager.close();
        RawPageFile file = new RawPageFile(pager.path());
        int current = file.currentMetadata();
        MetadataPage metadata = file.metadata(current);
        metadata.states().set(3, PageState.COPY);
        SuperblockSlot slot = file.slot(file.newestSlot());
        SuperblockSlot forged = new SuperblockSlot(slot.pageSizeLog2(), slot.activeMetadata(), slot.generation(),
                metadata.seal(slot.generation()), 0, 0, 0, slot.fileId());
        file.write(file.geometry().offsetOf(current), metadata.bytes());
        file.slot(file.newestSlot(), forged);

        assertThatItFails("opened anew is not sound", "no pair names it");
    }

    @Test
    void aFileThatDoesNotOpenAnyMoreIsFound() throws IOException {
        Files.writeString(files.path(), "not a page file");

        assertThatItFails("could not be opened anew", "has no usable superblock");
    }

    @Test
    void aPagerThatNobodyClosedOrHandedOverIsFound() {
        Pager forgotten = files.builder(10).create();
        assertThatItFails("could not be opened anew", "in this JVM");
        assertThat(forgotten.state()).isEqualTo(PagerState.OPEN);
        try {
            forgotten.close();
        } catch (PagerIoException e) {
            // its file was deleted with the directory, and where a file can tell it says so
        }
    }

    @Test
    void aFileThatWasDamagedOnPurposeIsNotLookedAt() throws IOException {
        Path path = files.path();
        Files.writeString(path, "not a page file");
        files.damaged(path);
        Pager pager = files.create(10);
        files.damaged(pager.path());
        new RawPageFile(pager.path()).spoilSlots();

        assertThatCode(this::endOfTest).doesNotThrowAnyException();
    }
}
