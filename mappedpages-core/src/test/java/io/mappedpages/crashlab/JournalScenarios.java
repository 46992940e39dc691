package io.mappedpages.crashlab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;
import io.mappedpages.RecoveryReport;
import io.mappedpages.internal.storage.ByteRange;

/** Single stories about files with a journal. */
final class JournalScenarios {

    private static final Options OPTIONS = Options.JOURNAL;
    private static final int PAGE = OPTIONS.pageSize();

    private JournalScenarios() {
    }

    /** All of them, by name. */
    static Map<String, Runnable> all() {
        Map<String, Runnable> all = new LinkedHashMap<>();
        all.put("whatNoRecordCanSayIsInBothCheckpoints", JournalScenarios::whatNoRecordCanSayIsInBothCheckpoints);
        all.put("theAlternateLeadsToAllThatWasCommitted", JournalScenarios::theAlternateLeadsToAllThatWasCommitted);
        all.put("aTrimFindsNodesThatNoCheckpointHasWritten",
                JournalScenarios::aTrimFindsNodesThatNoCheckpointHasWritten);
        all.put("aRecordThatIsMissingIsNotPassedOver", JournalScenarios::aRecordThatIsMissingIsNotPassedOver);
        return all;
    }

    /** A record has room for some 250 rows of pages in a ring of 16 KiB. */
    private static void whatNoRecordCanSayIsInBothCheckpoints() {
        Base base = Base.fresh(OPTIONS).withRoom(1 << 20);
        Session session = new Session(base.disk(), OPTIONS, base.model(), base.nextStamp()).open();
        List<PageId> ids = session.pager().allocBulk(600);
        List<PageId> everySecond = new ArrayList<>();
        for (int i = 0; i < ids.size(); i += 2) {
            everySecond.add(ids.get(i));
        }
        session.pager().freeBulk(everySecond);
        byte[] bytes = bytesOf(session);
        bytes[new Reseal(bytes, PAGE).metadataAt() + 300] ^= 1;
        Image image = new Image();
        image.show(bytes, bytes.length);
        Pager found = OPTIONS.open(image);
        Scenarios.require(found.allocatedPages().count() == ids.size() - everySecond.size(),
                "with one metadata page damaged, pages that were freed are allocated");
        Oracle.requireNoLoss(found);
    }

    private static void theAlternateLeadsToAllThatWasCommitted() {
        History history = History.of(Base.used(OPTIONS), List.of(Op.ALLOC, Op.PROTECTED_COMMIT, Op.ALLOC));
        byte[] bytes = history.base().content();
        Image image = new Image();
        image.show(bytes, bytes.length);
        image.has(BadBlock.forGood(new ByteRange(new Reseal(bytes, PAGE).metadataAt(), PAGE)));
        Pager found = OPTIONS.open(image);
        Oracle.requireSame(found, history.base().model());
        Oracle.requireNoLoss(found);
    }

    private static void aTrimFindsNodesThatNoCheckpointHasWritten() {
        Options options = new Options(10, 64, true, 128 << 10);
        Base base = Base.fresh(options).withRoom(1 << 19);
        Session session = new Session(base.disk(), options, base.model(), base.nextStamp()).open();
        Pager pager = session.pager();
        List<PageId> low = pager.allocBulk(40);
        List<ProtectedPageId> ids = pager.allocProtectedBulk(35); // more than one leaf
        pager.freeBulk(low);
        pager.trim();
        Oracle.requireSound(pager);
        byte[] bytes = bytesOf(session);
        Image image = new Image();
        image.show(bytes, bytes.length);
        Pager found = options.open(image);
        Scenarios.require(found.allocatedProtectedPages().toList().equals(ids), "protected pages are lost");
        Oracle.requireSound(found);
    }

    /** The one behind it is at the beginning of the rings, where one would be for which there is no room at the end. */
    private static void aRecordThatIsMissingIsNotPassedOver() {
        JournalImage journal = new JournalImage(Base.used(Options.SMALL), JournalImage.RING,
                JournalImage.RING - 2 * JournalImage.STEP);
        journal.allocate();
        Model until = journal.model().copy();
        journal.allocate();
        journal.allocate();
        Scenarios.require(journal.written().getLast().offset() == 0, "the last record is not at the beginning");
        journal.loseInRingA(1);
        journal.loseInRingB(1);
        Image image = new Image();
        image.show(journal.file(), journal.file().length);
        Pager found = OPTIONS.open(image);
        Oracle.requireSame(found, until);
        Scenarios.require(found.recovery().map(RecoveryReport::loss).equals(Optional.of(RecoveryReport.Loss.POSSIBLE)),
                "what is behind a record that is missing is not said to be lost");
    }

    private static byte[] bytesOf(Session session) {
        SimulatedFile file = session.disk.file();
        if (file == null) {
            throw new LabFailure("there is no file");
        }
        return Arrays.copyOf(file.bytes, file.length);
    }
}
