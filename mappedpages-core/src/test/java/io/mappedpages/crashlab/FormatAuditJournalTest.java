package io.mappedpages.crashlab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The laboratory's own instrument: what the audit sees in a file whose journal is as it may be. */
class FormatAuditJournalTest {

    private static final int STAMP = 4711;

    private static void assertHolds(JournalImage image, Model model) {
        assertThat(FormatAudit.check(image.file(), image.file().length, List.of(model))).isSameAs(model);
    }

    static List<Options> pageSizes() {
        return List.of(Options.SMALL, Options.BLOCKS);
    }

    @ParameterizedTest
    @MethodSource("pageSizes")
    void aJournalWithoutRecordsAddsNothing(Options options) {
        JournalImage image = new JournalImage(Base.used(options), JournalImage.RING, JournalImage.STEP);
        assertHolds(image, Base.used(options).model());
    }

    @ParameterizedTest
    @MethodSource("pageSizes")
    void aRecordIsApplied(Options options) {
        JournalImage image = new JournalImage(Base.used(options), JournalImage.RING, JournalImage.STEP);
        image.allocate();
        assertHolds(image, image.model());
        assertThatThrownBy(() -> assertHolds(image, Base.used(options).model()))
                .isInstanceOf(LabFailure.class).hasMessageContaining("none of the states allowed");
    }

    @ParameterizedTest
    @MethodSource("pageSizes")
    void recordsAreAppliedOneAfterTheOther(Options options) {
        JournalImage image = new JournalImage(Base.used(options), JournalImage.RING, JournalImage.STEP);
        image.commitThrice();
        image.freeProtected(29);
        assertHolds(image, image.model());
    }

    @Test
    void theFirstRecordMayBeAnywhereInTheRing() {
        for (int position = 0; position <= JournalImage.RING; position += JournalImage.STEP) {
            JournalImage image = new JournalImage(Base.used(Options.SMALL), JournalImage.RING, position);
            image.commitThrice();
            assertHolds(image, image.model());
        }
    }

    @Test
    void aRecordThatDoesNotFitBeginsAtTheBeginning() {
        JournalImage image = new JournalImage(Base.used(Options.SMALL), 2 * JournalImage.RING,
                2 * JournalImage.RING - JournalImage.STEP);
        RecordBytes longer = image.allocated(image.takePage());
        for (int i = 0; i < JournalImage.STEP / 16; i++) {
            longer.states(0, 1, JournalImage.INTERNAL);
        }
        image.write(longer);
        image.allocate();
        assertThat(image.written()).extracting(JournalImage.Written::offset).containsExactly(0, 2 * JournalImage.STEP);
        assertHolds(image, image.model());
    }

    @Test
    void recordsOfTheLastTimeAroundAreOverwritten() {
        JournalImage image = JournalImage.used();
        for (int i = 0; i < 3; i++) {
            image.allocate();
        }
        assertThat(image.written().getLast().offset()).as("the last place of the ring")
                .isEqualTo(JournalImage.RING - JournalImage.STEP);
        image.allocate();
        assertThat(image.written().getLast().offset()).isZero();
        assertHolds(image, image.model());
    }

    @Test
    void oneRingIsEnough() {
        for (int lost = 0; lost < 8; lost++) {
            JournalImage image = JournalImage.used();
            image.commitThrice();
            for (int record = 0; record < 3; record++) {
                if ((lost >> record & 1) == 0) {
                    image.loseInRingA(record);
                } else {
                    image.loseInRingB(record);
                }
            }
            assertHolds(image, image.model());
        }
    }

    @Test
    void aLastRecordThatIsInNeitherRingWasNeverWritten() {
        JournalImage image = JournalImage.used();
        image.allocate();
        Model before = image.model();
        image.allocate();
        image.loseInRingA(1);
        image.loseInRingB(1);
        assertHolds(image, before);
    }

    @Test
    void aLastRecordWhoseContentIsNotThereIsRolledBack() {
        JournalImage image = JournalImage.used();
        long id = image.anyProtected();
        image.allocate();
        Model before = image.model();
        image.writeProtected(id, STAMP);
        image.loseContent(id);
        assertHolds(image, before);
    }

    @Test
    void contentsThatTheCheckpointNamesMayBeWrittenOver() {
        JournalImage image = JournalImage.used();
        long id = image.anyProtected();
        for (int i = 0; i < 3; i++) {
            image.writeProtected(id, STAMP + i);
        }
        assertHolds(image, image.model());
    }

    @Test
    void aFlipThatWasTornIsMadeUpForAlsoWhereItsContentsWereWrittenOver() {
        JournalImage image = JournalImage.used();
        long id = image.anyProtected();
        image.writeProtected(id, STAMP);
        image.writeProtected(id, STAMP + 1);
        image.file()[image.reseal().slotAt() + 20] ^= 1;
        assertHolds(image, image.model());
    }

    @Test
    void recordsOfAnotherOpeningAreNoPartOfTheChain() {
        JournalImage image = JournalImage.used();
        image.allocate();
        Model before = image.model();
        image.otherSalt();
        image.allocate();
        assertHolds(image, before);
    }

    @Test
    void aRecordMakesTheFirstNodeOfADirectory() {
        JournalImage image = new JournalImage(Base.fresh(Options.SMALL), JournalImage.RING, JournalImage.STEP);
        image.makeNode(TreeKind.DIRECTORY, 0, 0);
        image.allocateProtected(3);
        assertHolds(image, image.model());
    }

    @Test
    void aRecordMakesADirectoryHigher() {
        JournalImage image = JournalImage.used();
        image.makeNode(TreeKind.DIRECTORY, 1, 0);
        image.makeNode(TreeKind.DIRECTORY, 0, 1);
        image.allocateProtected(30);
        assertHolds(image, image.model());
    }

    @Test
    void nodeAndWhatIsBelowItMayBeInOneRecord() {
        JournalImage image = new JournalImage(Base.fresh(Options.SMALL), JournalImage.RING, JournalImage.STEP);
        int a = image.takePage();
        int b = image.takePage();
        int copyA = image.takePage();
        int copyB = image.takePage();
        image.newProtected(0, copyA, copyB);
        RecordBytes record = image.record().states(a, 2, JournalImage.INTERNAL)
                .node(TreeKind.DIRECTORY, 0, 0, a, b).states(copyA, 2, JournalImage.COPY);
        image.write(image.writeContent(record, 0, Stamps.ZEROS));
        assertHolds(image, image.model());
    }

    @Test
    void aRecordMakesTheFirstNodeOfAMap() {
        JournalImage image = JournalImage.used();
        image.grow(3312);
        image.makeNode(TreeKind.MAP, 0, 0);
        image.write(image.allocated(image.takePage(3312 + 5)));
        assertHolds(image, image.model());
    }

    @Test
    void aFileMayGrowByARecord() {
        JournalImage image = JournalImage.used();
        image.grow(2);
        image.write(image.allocated(image.takePage(image.pageCount() - 1)));
        assertHolds(image, image.model());
    }
}
