package io.mappedpages.crashlab;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.mappedpages.CorruptMetadataException;
import io.mappedpages.Pager;
import io.mappedpages.RecoveryReport;

/** Stories of files whose checksums all agree and that are not valid nevertheless. */
final class TamperedFiles {

    private static final Options OPTIONS = Options.SMALL;
    private static final int PAGE = OPTIONS.pageSize();
    private static final int STATES_IN_METADATA = 192;
    private static final int FREE_COUNT = 24;
    private static final int COPY = 2;

    private static final Base USED = Base.used(OPTIONS);

    private TamperedFiles() {
    }

    static Map<String, Runnable> all() {
        Map<String, Runnable> all = new LinkedHashMap<>();
        all.put("aPairOfAnotherGenerationIsNotFollowed", TamperedFiles::aPairOfAnotherGenerationIsNotFollowed);
        all.put("aSlotIsNotBelievedWhoseMetadataIsOfAnotherGeneration",
                TamperedFiles::aSlotIsNotBelievedWhoseMetadataIsOfAnotherGeneration);
        all.put("aNodeThatNamesItselfIsRefused", TamperedFiles::aNodeThatNamesItselfIsRefused);
        all.put("aPageOwnedTwiceIsFound", TamperedFiles::aPageOwnedTwiceIsFound);
        all.put("aPageThatNobodyOwnsIsFound", TamperedFiles::aPageThatNobodyOwnsIsFound);
        all.put("aPageThatIsFreeAndInUseIsFound", TamperedFiles::aPageThatIsFreeAndInUseIsFound);
        return all;
    }

    private static byte[] used(Consumer<byte[]> change) {
        byte[] file = USED.content().clone();
        change.accept(file);
        return file;
    }

    private static Pager open(byte[] file) {
        Image image = new Image();
        image.show(file, file.length);
        return OPTIONS.open(image);
    }

    /** The node's own generation counts, too: the parent says another one, under sums that agree. */
    private static void aPairOfAnotherGenerationIsNotFollowed() {
        byte[] file = used(bytes -> {
            Reseal reseal = new Reseal(bytes, PAGE);
            int generation = reseal.metadataAt() + FormatBytes.DIRECTORY_ROOT + FormatBytes.PAIR_GENERATION;
            FormatBytes.int64(bytes, generation, FormatBytes.int64(bytes, generation) - 1);
            reseal.sealMetadata(bytes);
        });
        Scenarios.requireRefused(CorruptMetadataException.class, "a node of another generation than its parent says",
                () -> Oracle.requireSame(open(file), USED.model()));
    }

    private static void aSlotIsNotBelievedWhoseMetadataIsOfAnotherGeneration() {
        byte[] file = used(bytes -> {
            Reseal reseal = new Reseal(bytes, PAGE);
            int generation = reseal.slotAt() + FormatBytes.SLOT_GENERATION;
            FormatBytes.int64(bytes, generation, FormatBytes.int64(bytes, generation) + 2);
            reseal.sealSlot(bytes);
        });
        Scenarios.require(open(file).recovery().map(RecoveryReport::loss).orElse(null) == RecoveryReport.Loss.POSSIBLE,
                "a slot was believed that names a metadata page of another generation");
    }

    /** A cycle, with the checksums of a node that contains its own checksums. */
    private static void aNodeThatNamesItselfIsRefused() {
        boolean[] made = new boolean[1];
        byte[] file = used(bytes -> made[0] = SelfReference.make(bytes, new Reseal(bytes, PAGE), PAGE));
        Scenarios.require(made[0], "no such node could be made");
        Scenarios.requireRefused(CorruptMetadataException.class, "a node that is its own child",
                () -> Oracle.requireSame(open(file), USED.model()));
        new DamageCheck(History.of(USED, List.of())).check(file, file.length, DamageCheck.Damage.SEALED, true);
    }

    private static void requireFound(String what, byte[] file) {
        Scenarios.require(!open(file).verify().isSound(), "verify() overlooks " + what);
        try {
            FormatAudit.check(file, file.length, List.of(USED.model()));
        } catch (LabFailure e) {
            return;
        }
        throw new LabFailure("the laboratory's own audit overlooks " + what);
    }

    /** Two protected ids have the same two pages. */
    private static void aPageOwnedTwiceIsFound() {
        requireFound("a page that is owned twice", used(bytes -> {
            Reseal reseal = new Reseal(bytes, PAGE);
            int leaf = FormatBytes.activePage(bytes, reseal.metadataAt() + FormatBytes.DIRECTORY_ROOT) * PAGE
                    + FormatBytes.NODE_CONTENT;
            System.arraycopy(bytes, leaf + FormatBytes.PAIR * USED.model().guarded().firstKey().intValue(), bytes,
                    leaf + FormatBytes.PAIR * USED.model().guarded().lastKey().intValue(), FormatBytes.PAIR);
            reseal.seal(bytes);
        }));
    }

    private static void aPageThatNobodyOwnsIsFound() {
        int free = USED.length() / PAGE - 1;
        requireFound("a page that nobody owns", withState(free, COPY, -1));
    }

    private static void aPageThatIsFreeAndInUseIsFound() {
        Reseal reseal = new Reseal(USED.content(), PAGE);
        requireFound("a page that is free and in use", withState(reseal.pages().getLast(), 0, 1));
    }

    private static byte[] withState(int page, int state, int moreFree) {
        return used(bytes -> {
            Reseal reseal = new Reseal(bytes, PAGE);
            int at = reseal.metadataAt() + STATES_IN_METADATA + page / 4;
            int shift = 2 * (page % 4);
            bytes[at] = (byte) (bytes[at] & ~(3 << shift) | state << shift);
            int count = reseal.metadataAt() + FREE_COUNT;
            FormatBytes.int64(bytes, count, FormatBytes.int64(bytes, count) + moreFree);
            reseal.seal(bytes);
        });
    }
}
