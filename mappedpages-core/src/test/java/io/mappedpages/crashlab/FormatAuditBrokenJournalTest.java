package io.mappedpages.crashlab;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;

/** The laboratory's own instrument: whatever is wrong with a journal, the audit finds it. */
class FormatAuditBrokenJournalTest {

    private static final int STAMP = 4711;

    private static void assertRefused(JournalImage image, String why) {
        assertRefused(image, why, image.model());
    }

    private static void assertRefused(JournalImage image, String why, Model... allowed) {
        assertThatThrownBy(() -> FormatAudit.check(image.file(), image.file().length, List.of(allowed)))
                .isInstanceOf(LabFailure.class).hasMessageContaining(why);
    }

    private static void assertRefusedRecord(String why, Consumer<JournalImage> commits) {
        JournalImage image = JournalImage.used();
        commits.accept(image);
        assertRefused(image, why);
    }

    @Test
    void aChainIsBrokenWhereTheSumOfTheRecordBeforeIsWrong() {
        JournalImage image = JournalImage.used();
        image.allocate();
        Model before = image.model();
        image.forgetTheChain();
        image.allocate();
        assertRefused(image, "a record is missing", before, image.model());
    }

    @Test
    void aRecordMissingInTheMiddleIsNoticed() {
        JournalImage image = JournalImage.used();
        image.allocate();
        Model before = image.model();
        image.allocate();
        image.allocate();
        image.loseInRingA(1);
        image.loseInRingB(1);
        assertRefused(image, "a record is missing", before, image.model());
    }

    @Test
    void aRecordMissingAtTheBeginningIsNoticed() {
        JournalImage image = JournalImage.used();
        Model before = image.model();
        image.commitThrice();
        image.loseInRingA(0);
        image.loseInRingB(0);
        assertRefused(image, "a record is missing", before, image.model());
    }

    @Test
    void whatALaterRecordFollowsIsNotRolledBack() {
        JournalImage image = JournalImage.used();
        long id = image.anyProtected();
        Model before = image.model();
        image.writeProtected(id, STAMP);
        image.loseContent(id);
        image.allocate();
        assertRefused(image, "protected page", before, image.model());
    }

    @Test
    void countsMustBeRightAfterReplay() {
        JournalImage image = JournalImage.used();
        image.miscount();
        image.allocate();
        assertRefused(image, "another number of free pages");
    }

    @Test
    void countsMustBeRightInTheCheckpointToo() {
        JournalImage image = JournalImage.used();
        int count = image.reseal().metadataAt() + FormatBytes.FREE_COUNT;
        FormatBytes.int64(image.file(), count, FormatBytes.int64(image.file(), count) - 1);
        image.reseal().sealMetadata(image.file());
        image.allocate();
        assertRefused(image, "another number of free pages");
    }

    @Test
    void aPageOfARingBelongsToNobodyElse() {
        JournalImage image = JournalImage.used();
        int page = image.takePage();
        image.write(image.record().states(page, 1, JournalImage.INTERNAL)
                .node(TreeKind.DIRECTORY, 1, 0, page, image.firstOfRingA()));
        assertRefused(image, "is owned twice");
    }

    @Test
    void aPageOfARingIsInternal() {
        JournalImage image = JournalImage.used();
        image.takePage(image.firstOfRingA());
        image.write(image.record().states(image.firstOfRingA(), 1, JournalImage.DATA));
        assertRefused(image, "has state 1 and is used as 3");
    }

    @Test
    void ringsLieWhereTheyMay() {
        assertRefusedRings("rings that overlap", (file, at) -> FormatBytes.page48(file, at + FormatBytes.RING_A,
                FormatBytes.page48(file, at + FormatBytes.RING_B) - 1L));
        assertRefusedRings("a ring of", (file, at) -> FormatBytes.page48(file, at + FormatBytes.RING_A, 2));
        assertRefusedRings("a ring of", (file, at) -> FormatBytes.page48(file, at + FormatBytes.RING_B,
                FormatBytes.int64(file, at + FormatBytes.PAGE_COUNT) - 1));
        assertRefusedRings("a ring of", (file, at) -> FormatBytes.int64(file, at + FormatBytes.HIGH_WATER_MARK,
                FormatBytes.page48(file, at + FormatBytes.RING_B)));
        assertRefusedRings("rings of", (file, at) -> FormatBytes.int32(file, at + FormatBytes.RING_PAGES, 12));
        assertRefusedRings("rings of", (file, at) -> FormatBytes.int32(file, at + FormatBytes.RING_PAGES, 17));
        assertRefusedRings("goes on at byte",
                (file, at) -> FormatBytes.int64(file, at + FormatBytes.JOURNAL_POSITION,
                        JournalImage.RING + JournalImage.STEP));
        assertRefusedRings("goes on at byte",
                (file, at) -> FormatBytes.int64(file, at + FormatBytes.JOURNAL_POSITION, 512));
    }

    private interface MetadataChange {
        void apply(byte[] file, int metadata);
    }

    private static void assertRefusedRings(String why, MetadataChange change) {
        JournalImage image = JournalImage.used();
        change.apply(image.file(), image.reseal().metadataAt());
        image.reseal().sealMetadata(image.file());
        assertRefused(image, why);
    }

    @Test
    void theSlotSaysWhetherThereIsAJournal() {
        JournalImage image = JournalImage.used();
        image.file()[image.reseal().slotAt() + FormatBytes.SLOT_INCOMPATIBLE_FLAGS] = 0;
        image.reseal().sealSlot(image.file());
        assertRefused(image, "do not agree on a journal");
        Base none = Base.used(Options.SMALL);
        byte[] file = none.content().clone();
        Reseal reseal = new Reseal(file, none.options().pageSize());
        file[reseal.slotAt() + FormatBytes.SLOT_INCOMPATIBLE_FLAGS] = 1;
        reseal.sealSlot(file);
        assertThatThrownBy(() -> FormatAudit.check(file, file.length, List.of(none.model())))
                .isInstanceOf(LabFailure.class).hasMessageContaining("do not agree on a journal");
    }

    @Test
    void aNodeIsMadeOnceAndBelowAnother() {
        assertRefusedRecord("a record makes a node that is there already",
                image -> image.makeNode(TreeKind.DIRECTORY, 0, 0));
        assertRefusedRecord("a record makes a node that has no parent",
                image -> image.makeNode(TreeKind.DIRECTORY, 0, 1));
        assertRefusedRecord("a record makes a node that has no parent",
                image -> image.makeNode(TreeKind.DIRECTORY, 2, 0));
        assertRefusedRecord("a root that is not the first of its level",
                image -> image.makeNode(TreeKind.DIRECTORY, 1, 1));
    }

    @Test
    void whatIsInUseIsBelowANode() {
        assertRefusedRecord("protected page 30 is below no node", image -> image.allocateProtected(30));
        assertRefusedRecord("page 3317 is below no node", image -> {
            image.grow(3312);
            image.write(image.allocated(image.takePage(3312 + 5)));
        });
    }

    @Test
    void aCopyIsWrittenBelowTheMarkOfTheRecordBefore() {
        assertRefusedRecord("above the high-water mark", image -> {
            image.newProtected(29, image.takePage(image.mark()), image.takePage(image.mark() + 1));
            RecordBytes record = image.record().states(image.mark(), 2, JournalImage.COPY);
            image.write(image.writeContent(record, 29, 5));
        });
    }

    @Test
    void entriesAreWrittenAsTheDocumentWantsThem() {
        assertRefusedRecord("does not begin with its counts",
                image -> image.write(image.emptyRecord().states(3, 1, JournalImage.DATA).states(3, 1, 0).states(3, 1, 0)
                        .states(3, 1, 0)));
        assertRefusedRecord("a second entry of counts", image -> image.write(image.record()
                .counts(image.pageCount(), image.freePages(), image.guardedPages(), image.mark())));
        assertRefusedRecord("a state that there is not", image -> image.write(image.record().states(3, 1, 4)));
        assertRefusedRecord("states of no page", image -> image.write(image.record().states(3, 0, JournalImage.DATA)));
        assertRefusedRecord("a tree that there is not",
                image -> image.write(image.record().raw(3, 2, 0, 0).states(0, 1, 1).raw(0, 0, 0, 0)));
        assertRefusedRecord("an entry of kind 5", image -> image.write(image.record().raw(5, 0, 0, 0)));
        assertRefusedRecord("a record names a page past the end",
                image -> image.write(image.record().states(image.pageCount(), 1, JournalImage.DATA)));
    }

    @Test
    void aRecordTakesNoPagesAwayAndLowersNoMark() {
        assertRefusedRecord("the page count becomes smaller", image -> image.write(image.emptyRecord()
                .counts(image.pageCount() - 1, image.freePages() - 1, image.guardedPages(), image.mark())));
        assertRefusedRecord("the high-water mark becomes smaller", image -> image.write(image.emptyRecord()
                .counts(image.pageCount(), image.freePages(), image.guardedPages(), image.mark() - 1)));
    }

    @Test
    void aRecordIsAQuarterOfItsRingAtMost() {
        assertRefusedRecord("more than a quarter", image -> {
            RecordBytes longer = image.record();
            for (int i = 0; i < JournalImage.STEP / 16; i++) {
                longer.states(0, 1, JournalImage.INTERNAL);
            }
            image.write(longer);
        });
    }

    @Test
    void theFileIsAsLongAsTheLastRecordSays() {
        JournalImage image = JournalImage.used();
        int length = image.file().length;
        image.grow(2);
        image.allocate();
        assertThatThrownBy(() -> FormatAudit.check(image.file(), length, List.of(image.model())))
                .isInstanceOf(LabFailure.class).hasMessageContaining("shorter than its pages");
    }
}
