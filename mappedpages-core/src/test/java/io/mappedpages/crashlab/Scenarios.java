package io.mappedpages.crashlab;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

import io.mappedpages.CorruptMetadataException;
import io.mappedpages.MappedPageException;
import io.mappedpages.PageBorrowedException;
import io.mappedpages.PageId;
import io.mappedpages.PageNotAllocatedException;
import io.mappedpages.Pager;
import io.mappedpages.PagerFullException;
import io.mappedpages.PagerIoException;
import io.mappedpages.PagerUnavailableException;
import io.mappedpages.ProtectedPageId;
import io.mappedpages.RecoveryReport;
import io.mappedpages.internal.storage.ByteRange;

/** Single stories about what protects a file from its own users, from other files and from its own past. */
final class Scenarios {

    private static final Base USED = Base.used(Options.SMALL);
    private static final int PAGE = Options.SMALL.pageSize();

    private Scenarios() {
    }

    /** All of them, by name. */
    static Map<String, Runnable> all() {
        Map<String, Runnable> all = new LinkedHashMap<>();
        all.put("readersKeepTheCopyTheyRead", Scenarios::readersKeepTheCopyTheyRead);
        all.put("thereIsOneWriterAtATime", Scenarios::thereIsOneWriterAtATime);
        all.put("aBorrowedPageIsNotFreed", Scenarios::aBorrowedPageIsNotFreed);
        all.put("aKeptSegmentSpoilsNoProtectedPage", Scenarios::aKeptSegmentSpoilsNoProtectedPage);
        all.put("aFileThatWasTrimmedIsNotCutWhileSegmentsOfItsEndMayBeKept",
                Scenarios::aFileThatWasTrimmedIsNotCutWhileSegmentsOfItsEndMayBeKept);
        all.put("nothingIsShownBeforeItIsDurable", Scenarios::nothingIsShownBeforeItIsDurable);
        all.put("reopeningRefusesAnotherFile", Scenarios::reopeningRefusesAnotherFile);
        all.put("aNewFileSurvivesTheLossOfAnySector", Scenarios::aNewFileSurvivesTheLossOfAnySector);
        all.put("aDamagedNodeOfTheNewestGenerationIsNotAdopted",
                Scenarios::aDamagedNodeOfTheNewestGenerationIsNotAdopted);
        all.put("aDamagedNodeElsewhereForbidsFallingBack", Scenarios::aDamagedNodeElsewhereForbidsFallingBack);
        all.put("anotherFilesMetadataIsNotUsed", Scenarios::anotherFilesMetadataIsNotUsed);
        all.put("anotherHistorysNodeIsNotUsed", Scenarios::anotherHistorysNodeIsNotUsed);
        all.put("anotherHistorysMetadataIsNotUsed", Scenarios::anotherHistorysMetadataIsNotUsed);
        all.put("anUnfinishedCommitIsNoWayBack", Scenarios::anUnfinishedCommitIsNoWayBack);
        all.put("aSlotThatCannotBeReadMayBeTheNewest", Scenarios::aSlotThatCannotBeReadMayBeTheNewest);
        all.put("verifyFindsADamagedProtectedPage", Scenarios::verifyFindsADamagedProtectedPage);
        all.put("aCopiedFileIsMadeDurableBeforeItIsBuiltOn", Scenarios::aCopiedFileIsMadeDurableBeforeItIsBuiltOn);
        all.put("aFileCutShortIsNotWrittenTo", Scenarios::aFileCutShortIsNotWrittenTo);
        all.put("aFileThatWasReplacedIsNotWrittenTo", Scenarios::aFileThatWasReplacedIsNotWrittenTo);
        all.put("aFileThatWasOverwrittenIsNotWrittenTo", Scenarios::aFileThatWasOverwrittenIsNotWrittenTo);
        all.put("aSlotOfAnOlderGenerationIsNotPreferred", Scenarios::aSlotOfAnOlderGenerationIsNotPreferred);
        all.putAll(TamperedFiles.all());
        all.putAll(JournalScenarios.all());
        all.putAll(TransactionScenarios.all());
        return all;
    }

    private static Session open(Base base) {
        return new Session(base.disk(), base.options(), base.model(), base.nextStamp()).open();
    }

    static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new LabFailure(otherwise);
        }
    }

    static void requireRefused(Class<? extends MappedPageException> how, String what, Runnable call) {
        try {
            call.run();
        } catch (MappedPageException e) {
            require(how.isInstance(e), what + " was refused with " + e);
            return;
        }
        throw new LabFailure(what + " was not refused");
    }

    private static void readersKeepTheCopyTheyRead() {
        Session session = open(USED);
        Pager pager = session.pager();
        ProtectedPageId id = new ProtectedPageId(USED.model().guarded().lastKey());
        try (var reader = pager.read(id)) {
            byte[] before = reader.bytes().toArray(ValueLayout.JAVA_BYTE);
            session.run(Op.PROTECTED_COMMIT);
            requireRefused(PageBorrowedException.class, "writing the copy that is being read",
                    () -> session.run(Op.PROTECTED_COMMIT));
            require(reader.bytes().mismatch(MemorySegment.ofArray(before)) < 0, "a reader saw its page change");
        }
        Oracle.check(pager, List.of(session.model()));
    }

    private static void thereIsOneWriterAtATime() {
        Session session = open(USED);
        Pager pager = session.pager();
        ProtectedPageId id = new ProtectedPageId(USED.model().guarded().lastKey());
        try (var writer = pager.write(id)) {
            requireRefused(PageBorrowedException.class, "a second writer of " + id, () -> pager.write(id).close());
            require(writer.size() == PAGE, "size");
        }
        PageId page = new PageId(USED.model().regular().nextSetBit(0));
        try (var writer = pager.write(page)) {
            requireRefused(PageBorrowedException.class, "a second writer of " + page, () -> pager.write(page).close());
            requireRefused(PageBorrowedException.class, "a reader beside a writer", () -> pager.read(page).close());
            require(writer.size() == PAGE, "size");
        }
        try (var reader = pager.read(page)) {
            requireRefused(PageBorrowedException.class, "a writer beside a reader", () -> pager.write(page).close());
            require(reader.size() == PAGE, "size");
        }
    }

    private static void aBorrowedPageIsNotFreed() {
        Session session = open(USED);
        Pager pager = session.pager();
        PageId page = new PageId(USED.model().regular().nextSetBit(0));
        try (var reader = pager.read(page)) {
            requireRefused(PageBorrowedException.class, "freeing a page that is being read", () -> pager.free(page));
            require(reader.size() == PAGE, "size");
        }
        ProtectedPageId id = new ProtectedPageId(USED.model().guarded().lastKey());
        try (var reader = pager.read(id)) {
            requireRefused(PageBorrowedException.class, "freeing a protected page that is being read",
                    () -> pager.freeProtected(id));
            require(reader.size() == PAGE, "size");
        }
        while (session.model().regular().get((int) page.number())) {
            session.run(Op.FREE);
        }
        requireRefused(PageNotAllocatedException.class, "reading a page that was freed",
                () -> pager.read(page).close());
        Oracle.check(pager, List.of(session.model()));
    }

    /** Somebody keeps a segment of a page that is freed and used for something else, and stores into it. */
    private static void aKeptSegmentSpoilsNoProtectedPage() {
        Session session = open(USED);
        Pager pager = session.pager();
        TreeSet<Long> written = new TreeSet<>();
        MemorySegment[] kept = USED.model().regular().stream().mapToObj(page -> {
            written.add((long) page);
            try (var writer = pager.write(new PageId(page))) {
                return writer.bytes();
            }
        }).toArray(MemorySegment[]::new);
        while (!session.model().regular().isEmpty()) {
            session.run(Op.FREE);
        }
        session.run(Op.ALLOC_PROTECTED);
        // While anything is borrowed the file is not mapped anew, which would take the segments out of use.
        try (var reader = pager.read(new ProtectedPageId(session.model().guarded().lastKey()))) {
            for (int i = 0; i < 6; i++) {
                session.run(Op.ALLOC_PROTECTED);
                session.run(Op.PROTECTED_COMMIT);
                session.run(Op.PROTECTED_COMMIT);
            }
            for (MemorySegment segment : kept) {
                Stamps.write(segment, 4711);
            }
            require(reader.size() == PAGE, "size");
        }
        Oracle.check(pager, List.of(session.model()));
        pager.reopen();
        Oracle.check(pager, List.of(session.model()));
        require(!written.isEmpty(), "no page was kept");
    }

    /** A segment of a page that is gone can be touched until the file is closed, also when a growth fails meanwhile. */
    private static void aFileThatWasTrimmedIsNotCutWhileSegmentsOfItsEndMayBeKept() {
        Session session = open(USED);
        Pager pager = session.pager();
        long length = pager.pageCount() * PAGE;
        while (!session.model().regular().isEmpty()) {
            session.run(Op.FREE);
        }
        require(pager.trim() > 0, "nothing was given back");
        requireLength(session.disk, length, "trimming");
        session.disk.spy(call -> {
            if (call == DiskCall.EXTEND) {
                session.disk.arm(session.disk.callCount(), DiskFault.OUT_OF_SPACE);
            }
        });
        requireRefused(PagerFullException.class, "growing on a full disk",
                () -> pager.allocBulk((int) pager.freePageCount() + 1));
        requireLength(session.disk, length, "a growth that failed");
        pager.close();
        require(Objects.requireNonNull(session.disk.file()).length < length, "closing did not shorten the file");
    }

    private static void requireLength(SimulatedDisk disk, long atLeast, String after) {
        require(Objects.requireNonNull(disk.file()).length >= atLeast, after + " cut the file under its mapping");
    }

    private static void nothingIsShownBeforeItIsDurable() {
        Session session = open(USED);
        Pager pager = session.pager();
        for (Op op : List.of(Op.ALLOC, Op.FREE, Op.PROTECTED_COMMIT, Op.ALLOC_PROTECTED, Op.FREE_PROTECTED)) {
            long free = pager.freePageCount();
            long guarded = pager.protectedPageCount();
            boolean[] early = new boolean[1];
            session.disk.spy(call -> early[0] |= (call == DiskCall.SYNC_RANGES || call == DiskCall.WRITE)
                    && (pager.freePageCount() != free || pager.protectedPageCount() != guarded));
            session.run(op);
            session.disk.spy(_ -> {
            });
            require(!early[0], op + " was seen before it was durable");
        }
    }

    private static void reopeningRefusesAnotherFile() {
        History history = History.of(USED, List.of(Op.ALLOC, Op.ALLOC));
        SimulatedDisk disk = history.base().disk();
        Pager pager = history.base().options().open(disk);
        SimulatedFile file = disk.file();
        require(file != null, "no file");
        byte[] older = history.snapshots().get(1);
        System.arraycopy(older, 0, file.bytes, 0, Math.min(older.length, file.length));
        requireRefused(PagerIoException.class, "reopening a file that went back in time", pager::reopen);
    }

    private static void aNewFileSurvivesTheLossOfAnySector() {
        Base fresh = Base.fresh(Options.SMALL);
        for (int sector = 0; sector < 6; sector++) {
            byte[] bytes = fresh.content().clone();
            Arrays.fill(bytes, sector * SimulatedFile.SECTOR, (sector + 1) * SimulatedFile.SECTOR, (byte) 0x5a);
            Image image = new Image();
            image.show(bytes, bytes.length);
            Oracle.check(image, Options.SMALL, List.of(fresh.model()), false);
        }
    }

    private static byte[] withDamage(byte[] file, int at) {
        byte[] bytes = file.clone();
        bytes[at] ^= 1;
        return bytes;
    }

    private static void aDamagedNodeOfTheNewestGenerationIsNotAdopted() {
        History history = History.of(USED, List.of(Op.ALLOC, Op.PROTECTED_COMMIT));
        byte[] file = history.base().content();
        int node = new Reseal(file, PAGE).pages().getLast();
        Image image = new Image();
        byte[] bytes = withDamage(file, node * PAGE + 100);
        image.show(bytes, bytes.length);
        Pager pager = Options.SMALL.open(image);
        Oracle.check(pager, List.of(history.models().get(1)));
        require(pager.recovery().map(RecoveryReport::loss).orElse(null) == RecoveryReport.Loss.POSSIBLE,
                "a lost commit is not reported");
    }

    /** The generation before the newest is the way back only if every node of it is whole. */
    private static void aDamagedNodeElsewhereForbidsFallingBack() {
        History history = History.of(USED, List.of(Op.ALLOC, Op.ALLOC));
        byte[] file = history.base().content();
        List<Integer> pages = new Reseal(file, PAGE).pages();
        byte[] bytes = withDamage(withDamage(file, pages.getFirst() * PAGE + 300), pages.getLast() * PAGE + 100);
        Image image = new Image();
        image.show(bytes, bytes.length);
        requireRefused(CorruptMetadataException.class, "falling back to a damaged generation",
                () -> Options.SMALL.open(image));
    }

    /** The alternate metadata page comes from a file that once was elsewhere on the disk. */
    private static void anotherFilesMetadataIsNotUsed() {
        SimulatedDisk other = new SimulatedDisk(1 << 16);
        Options.SMALL.create(other).close();
        SimulatedFile foreign = other.file();
        require(foreign != null, "no file");
        History history = History.of(USED, List.of(Op.ALLOC, Op.ALLOC));
        byte[] bytes = history.base().content().clone();
        int newest = new Reseal(bytes, PAGE).pages().getFirst();
        bytes[newest * PAGE + 300] ^= 1;
        System.arraycopy(foreign.bytes, PAGE, bytes, (3 - newest) * PAGE, PAGE);
        Image image = new Image();
        image.show(bytes, bytes.length);
        requireRefused(CorruptMetadataException.class, "another file's metadata",
                () -> Options.SMALL.open(image));
    }

    /** A node of the same page and generation, sound in itself, that another history of the same file wrote. */
    private static void anotherHistorysNodeIsNotUsed() {
        History one = History.of(USED, List.of(Op.PROTECTED_COMMIT, Op.ALLOC));
        History other = History.of(USED, List.of(Op.FREE_PROTECTED, Op.ALLOC));
        byte[] bytes = one.base().content().clone();
        int node = new Reseal(bytes, PAGE).pages().getLast();
        System.arraycopy(other.base().content(), node * PAGE, bytes, node * PAGE, PAGE);
        Image image = new Image();
        image.show(bytes, bytes.length);
        Pager pager = Options.SMALL.open(image);
        requireRefused(CorruptMetadataException.class, "a node of another history",
                () -> Oracle.requireSame(pager, one.base().model()));
    }

    /** The same with the metadata page. */
    private static void anotherHistorysMetadataIsNotUsed() {
        History one = History.of(USED, List.of(Op.ALLOC, Op.ALLOC));
        History other = History.of(USED, List.of(Op.ALLOC, Op.FREE));
        byte[] bytes = one.base().content().clone();
        int newest = new Reseal(bytes, PAGE).pages().getFirst();
        System.arraycopy(other.base().content(), newest * PAGE, bytes, newest * PAGE, PAGE);
        Image image = new Image();
        image.show(bytes, bytes.length);
        Oracle.check(image, Options.SMALL, List.of(one.models().get(1)), false);
    }

    /** The newest generation is damaged, and the other metadata page is of a commit that was cut off. */
    private static void anUnfinishedCommitIsNoWayBack() {
        Session session = open(USED);
        session.run(Op.ALLOC);
        byte[][] unfinished = new byte[1][];
        int[] syncs = new int[1];
        SimulatedFile file = session.disk.file();
        require(file != null, "no file");
        session.disk.spy(call -> {
            if (call == DiskCall.SYNC_RANGES && syncs[0]++ == 0) {
                unfinished[0] = Arrays.copyOf(file.bytes, file.length);
            }
        });
        session.run(Op.ALLOC);
        byte[] bytes = withDamage(unfinished[0], new Reseal(unfinished[0], PAGE).pages().getFirst() * PAGE + 300);
        Image image = new Image();
        image.show(bytes, bytes.length);
        requireRefused(CorruptMetadataException.class, "going on with an unfinished commit",
                () -> Options.SMALL.open(image));
    }

    /** Of the newest generation one page is damaged, and the slot that names it cannot be read: both are not old. */
    private static void aSlotThatCannotBeReadMayBeTheNewest() {
        History history = History.of(USED, List.of(Op.ALLOC, Op.PROTECTED_COMMIT));
        byte[] file = history.base().content();
        Reseal newest = new Reseal(file, PAGE);
        for (int page : newest.pages()) {
            byte[] bytes = withDamage(file, page * PAGE + 300);
            Image image = new Image();
            image.show(bytes, bytes.length);
            image.has(BadBlock.forGood(new ByteRange(newest.slotAt(), SimulatedFile.SECTOR)));
            requireRefused(PagerIoException.class, "going on without the newest slot", () -> Options.SMALL.open(image));
        }
    }

    private static void verifyFindsADamagedProtectedPage() {
        byte[] file = USED.content();
        int found = 0;
        for (int page = 3; page < file.length / PAGE; page++) {
            byte[] bytes = withDamage(file, page * PAGE + 500);
            Image image = new Image();
            image.show(bytes, bytes.length);
            Pager pager = Options.SMALL.open(image);
            long unreadable = USED.model().guarded().keySet().stream().filter(id -> {
                try (var reader = pager.read(new ProtectedPageId(id))) {
                    return reader.size() != PAGE;
                } catch (MappedPageException e) {
                    return true;
                }
            }).count();
            require(pager.verify().isSound() == (unreadable == 0), "verify() does not agree with reading");
            found += (int) unreadable;
        }
        require(found >= USED.model().guarded().size(), "no damage was met");
    }

    /** Somebody copied the file a moment ago: none of it is on the medium. */
    private static void aCopiedFileIsMadeDurableBeforeItIsBuiltOn() {
        for (Op op : List.of(Op.ALLOC, Op.COMMIT_EVERYWHERE, Op.PROTECTED_COMMIT)) {
            Session session = open(USED);
            session.run(op);
            Medium medium = new Medium(new byte[0], 0, USED.capacity());
            medium.apply(new DiskEvent.Write(0, 0, USED.content()));
            medium.apply(new DiskEvent.SetLength(0, USED.length()));
            session.disk.log().forEach(medium::apply);
            Image image = new Image();
            CrashImages.list(medium.target(), new CrashImages.Limits(16, 16, false), 1, (bytes, length, _) -> {
                image.show(bytes, length);
                Oracle.check(image, Options.SMALL, List.of(session.model()), true);
            });
        }
    }

    private static void aFileCutShortIsNotWrittenTo() {
        Session session = open(USED);
        SimulatedFile file = session.disk.file();
        require(file != null, "no file");
        file.setLength(PAGE);
        try {
            session.run(Op.ALLOC);
        } catch (MappedPageException e) {
            return;
        }
        throw new LabFailure("a file that somebody cut short was worked on");
    }

    private static void aFileThatWasReplacedIsNotWrittenTo() {
        Session session = open(USED);
        session.run(Op.ALLOC);
        SimulatedFile file = session.disk.file();
        require(file != null, "no file");
        session.disk.replaceFile(USED.content(), USED.length());
        requireNotWrittenTo(session, file);
    }

    /** Somebody copies what the file was a moment ago over it. */
    private static void aFileThatWasOverwrittenIsNotWrittenTo() {
        for (boolean afterOpening : new boolean[] {true, false}) {
            History history = History.of(USED, List.of(Op.ALLOC, Op.ALLOC));
            Session session = open(history.base());
            if (!afterOpening) {
                session.run(Op.ALLOC);
            }
            SimulatedFile file = session.disk.file();
            require(file != null, "no file");
            byte[] older = history.snapshots().get(1);
            System.arraycopy(older, 0, file.bytes, 0, Math.min(older.length, file.length));
            requireNotWrittenTo(session, file);
        }
    }

    private static void requireNotWrittenTo(Session session, SimulatedFile file) {
        for (Op op : List.of(Op.ALLOC, Op.GROWTH, Op.PROTECTED_COMMIT, Op.FREE, Op.ALLOC_PROTECTED)) {
            byte[] before = Arrays.copyOf(file.bytes, file.length);
            requireRefused(PagerUnavailableException.class, op + " on a file that is not ours any more",
                    () -> session.run(op));
            require(Arrays.equals(before, Arrays.copyOf(file.bytes, file.length)),
                    op + " wrote to a file that is not ours any more");
        }
    }

    /** After each commit either slot may be damaged; the other one, with what is in the metadata pages, is enough. */
    private static void aSlotOfAnOlderGenerationIsNotPreferred() {
        History history = History.small(Options.SMALL);
        for (int time = 1; time < history.models().size(); time++) {
            for (int slot = 0; slot < 2; slot++) {
                byte[] bytes = withDamage(history.snapshots().get(time), slot * SimulatedFile.SECTOR + 20);
                Image image = new Image();
                image.show(bytes, bytes.length);
                Oracle.check(image, Options.SMALL, List.of(history.models().get(time)), true);
            }
        }
    }
}
