package io.mappedpages.sample.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;
import io.mappedpages.ProtectedPageWriter;
import io.mappedpages.WritablePage;

/** What is said of a load that was cut off is what is in its pages. */
class SettlementTest {

    private static final int REGULAR = 4;

    @TempDir
    private Path directory;
    private Pager pager;
    private Ledger ledger;

    @BeforeEach
    void open() {
        pager = Pager.create(directory.resolve("pages.mp"), 12);
        ledger = Ledger.of(pager.path(), 6);
    }

    @AfterEach
    void close() {
        assertThat(pager.verify().findings()).isEmpty();
        pager.close();
    }

    private Survival settle() {
        return new Settlement(pager, ledger, REGULAR).settle();
    }

    private ProtectedPageId written(int entry, long number) {
        ProtectedPageId page = pager.allocProtected();
        write(page, number);
        ledger.begin(entry, page.number());
        return page;
    }

    private void write(ProtectedPageId page, long number) {
        try (ProtectedPageWriter writer = pager.write(page)) {
            NumberedPage.fill(writer.bytes(), number);
            writer.commit();
        }
    }

    private PageId scribbled(int entry, long number) {
        PageId page = pager.alloc();
        try (WritablePage writer = pager.write(page)) {
            NumberedPage.fill(writer.bytes(), number);
        }
        ledger.begin(entry, page.number());
        return page;
    }

    @Test
    void nothingIsSaidWhereNothingWasCutOff() {
        assertThat(settle()).isNull();
    }

    @Test
    void whatWasAcknowledgedAndIsThereIsNotLostAndThePagesAreGivenBack() {
        written(0, 7);
        ledger.acknowledged(0, 7);
        written(1, 9); // of which the writer had been told up to 8
        ledger.acknowledged(1, 8);

        assertThat(settle()).isEqualTo(new Survival(15, 0, 2, 0, 0, 0));
        assertThat(pager.protectedPageCount()).isZero();
        assertThat(settle()).isNull();
    }

    @Test
    void whatWasAcknowledgedAndIsNotThereIsLost() {
        written(0, 4);
        ledger.acknowledged(0, 7);

        assertThat(settle()).isEqualTo(new Survival(7, 3, 1, 0, 0, 0));
    }

    @Test
    void aPageThatIsAMixtureOrIsNotThereLostAllAndStaysAsItIs() {
        ProtectedPageId torn = written(0, 7);
        ledger.acknowledged(0, 7);
        try (ProtectedPageWriter writer = pager.write(torn)) {
            writer.byteBuffer().putLong(800, 8);
            writer.commit();
        }
        pager.freeProtected(written(1, 5));
        ledger.acknowledged(1, 5);

        assertThat(settle()).isEqualTo(new Survival(12, 12, 2, 2, 0, 0));
        assertThat(pager.allocatedProtectedPages()).containsExactly(torn);
        pager.freeProtected(torn);
    }

    @Test
    void aPageThatWasJustBeingGivenBackMayBeThereOrNot() {
        written(0, 7);
        ledger.acknowledged(0, 7);
        ledger.ending(0);
        pager.freeProtected(written(1, 5));
        ledger.acknowledged(1, 5);
        ledger.ending(1);

        assertThat(settle()).isEqualTo(new Survival(7, 0, 1, 0, 0, 0));
        assertThat(pager.protectedPageCount()).isZero();
    }

    @Test
    void aPageThatBelongsToSomebodyElseByNowIsLeftAlone() {
        ProtectedPageId page = written(0, 7);
        ledger.acknowledged(0, 7);
        ledger.ending(0);
        write(page, 1234);

        assertThat(settle()).isNull();
        assertThat(pager.allocatedProtectedPages()).containsExactly(page);
    }

    @Test
    void aRegularPageThatIsAMixtureIsCountedAndLosesNothing() {
        scribbled(REGULAR, 3);
        PageId torn = scribbled(REGULAR + 1, 4);
        try (WritablePage writer = pager.write(torn)) {
            writer.byteBuffer().putLong(0, 5);
        }

        assertThat(settle()).isEqualTo(new Survival(0, 0, 0, 0, 2, 1));
        assertThat(pager.allocatedPages()).isEmpty();
    }

    @Test
    void theLedgerIsThereForTheNextProcess() {
        ledger.begin(2, 17);
        ledger.acknowledged(2, 99);

        Ledger again = Ledger.of(pager.path(), 6);

        assertThat(again.isUsed(2)).isTrue();
        assertThat(again.page(2)).isEqualTo(17);
        assertThat(again.number(2)).isEqualTo(99);
        assertThat(again.isUsed(1)).isFalse();
        ledger.end(2);
    }
}
