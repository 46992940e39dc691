package io.mappedpages.internal.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.engine.GenerationCheck.Depth;
import io.mappedpages.internal.format.FormatException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.SuperblockSlot;
import io.mappedpages.internal.storage.PageStorage;

/**
 * Chooses the generation to go on with when a file is opened. Reads only.
 *
 * <p>Normally that is what the newest slot says. If one slot is unusable and the metadata page it would name holds the
 * next generation, complete, the flip to it was torn: it is adopted, for all of it was durable before the flip. If what
 * the newest slot names is damaged, the other metadata page is the way back, and the loss is reported.
 */
final class Recoverer {

    private static final int METADATA_PAGES = 2;

    private final PageStorage storage;
    private final Path path;
    private final SlotReader slots;
    private final Geometry geometry;
    private final @Nullable MetadataPage[] pages = new MetadataPage[METADATA_PAGES];
    private final String[] reasons = new String[METADATA_PAGES];
    private final List<String> findings = new ArrayList<>();
    private final int newest;
    private final SuperblockSlot newestSlot;
    private long highest;

    private Recoverer(PageStorage storage, Path path, SlotReader slots, SuperblockSlot newestSlot)
            throws IOException {
        this.storage = storage;
        this.path = path;
        this.slots = slots;
        this.newest = slots.newest();
        this.newestSlot = newestSlot;
        this.geometry = Geometry.ofLog2(newestSlot.pageSizeLog2());
        requireLength(Geometry.RESERVED_PAGES);
        readMetadata();
        findHighestGeneration();
    }

    /** {@return the state to go on with} @throws EngineException if there is none */
    static Adopted recover(PageStorage storage, Path path) throws IOException {
        SlotReader slots = SlotReader.read(storage, path);
        SuperblockSlot newest = slots.slot(slots.newest());
        if (newest == null) {
            throw new IllegalStateException("no slot"); // SlotReader.read has thrown
        }
        return new Recoverer(storage, path, slots, newest).choose();
    }

    private Adopted choose() throws IOException {
        Adopted torn = tornFlip();
        if (torn != null) {
            return torn;
        }
        int active = newestSlot.activeMetadata();
        MetadataPage page = pages[active];
        String problem = problemOf(page, active);
        if (problem == null && page != null) {
            requireLength(page.pageCount());
            String inside = GenerationCheck.problem(storage, geometry, page, Depth.OWN_NODES);
            if (inside == null) {
                Recovery.Loss loss = lossBesides(page);
                return adopt(placeForNewest(), newestSlot, page, loss, loss == Recovery.Loss.POSSIBLE);
            }
            problem = inside;
        }
        findings.add("generation " + newestSlot.generation() + " is damaged (" + problem + ")");
        return fallBack(1 - active, String.valueOf(problem));
    }

    /**
     * The generation after the newest slot's, if the other slot is unusable and all of that generation is there. Its
     * number need not be the next one: a generation that replaces a rejected one is numbered after that.
     */
    private @Nullable Adopted tornFlip() throws IOException {
        int other = 1 - newest;
        if (slots.slot(other) != null) {
            return null;
        }
        findings.add("superblock slot " + other + " is unusable (" + slots.reason(other) + ")");
        int inactive = 1 - newestSlot.activeMetadata();
        MetadataPage next = pages[inactive];
        if (next == null || next.generation() <= newestSlot.generation() || isTooLongForFile(next)) {
            return null;
        }
        String problem = GenerationCheck.problem(storage, geometry, next, Depth.ALL_OF_ITS_OWN);
        if (problem != null) {
            findings.add("generation " + next.generation() + " is not complete (" + problem + ")");
            return null;
        }
        findings.add("generation " + next.generation() + " was complete but for its superblock slot, and was adopted");
        return adopt(other, slotFor(inactive, next), next, Recovery.Loss.NONE, false);
    }

    /** Where the newest slot is written again: not over the only usable one. */
    private int placeForNewest() {
        return slots.slot(1 - newest) == null ? 1 - newest : newest;
    }

    /** If neither the other slot nor the other metadata page tells of the generation before, nobody can say what they did. */
    private Recovery.Loss lossBesides(MetadataPage adopted) {
        MetadataPage alternate = pages[1 - newestSlot.activeMetadata()];
        boolean isAlternateOlder = alternate != null && alternate.generation() < adopted.generation();
        if (isAlternateOlder) {
            return Recovery.Loss.NONE;
        }
        if (slots.slot(1 - newest) == null) {
            return Recovery.Loss.POSSIBLE;
        }
        if (isRepairUnfinished()) {
            findings.add("both superblock slots are of generation " + adopted.generation()
                    + ": going on without a damaged generation had begun and was cut off");
            return Recovery.Loss.POSSIBLE;
        }
        findings.add("an unfinished commit after generation " + adopted.generation() + " was rolled back");
        return Recovery.Loss.NONE;
    }

    /** Whether a writer gave a generation up and had not yet written over all of it, see {@link Committer#settle}. */
    private boolean isRepairUnfinished() {
        SuperblockSlot other = slots.slot(1 - newest);
        return other != null && other.generation() == newestSlot.generation();
    }

    private Adopted fallBack(int index, String problem) throws IOException {
        MetadataPage page = pages[index];
        String second = page == null ? reasons[index]
                : page.generation() >= newestSlot.generation()
                        ? "metadata page " + name(index) + " is of a commit that was not finished"
                        : isTooLongForFile(page) ? "the file is too short for it"
                                : GenerationCheck.problem(storage, geometry, page, Depth.ALL_NODES);
        if (page == null || second != null) {
            throw new EngineException(new Fault.CorruptMetadata(path, "generation " + newestSlot.generation() + ": "
                    + problem + "; metadata page " + name(index) + ": " + second));
        }
        findings.add(
                "generation " + page.generation() + " was adopted instead; the changes of later generations are gone");
        return adopt(1 - newest, slotFor(index, page), page, Recovery.Loss.POSSIBLE, true);
    }

    private Adopted adopt(int slotIndex, SuperblockSlot slot, MetadataPage page, Recovery.Loss loss, boolean lost) {
        long rejected = highest > slot.generation() ? highest : 0;
        Recovery recovery = findings.isEmpty() ? null
                : new Recovery(slot.generation(), rejected, loss, List.copyOf(findings));
        return new Adopted(geometry, slotIndex, slot, page, highest, keptPages(page), recovery, lost);
    }

    private long keptPages(MetadataPage adopted) {
        long kept = adopted.pageCount();
        for (MetadataPage page : pages) {
            kept = page != null && page.generation() < adopted.generation() ? Math.max(kept, page.pageCount()) : kept;
        }
        return kept;
    }

    /** A slot for a metadata page that no usable slot names. */
    private SuperblockSlot slotFor(int index, MetadataPage page) {
        return new SuperblockSlot(newestSlot.pageSizeLog2(), index, page.generation(), page.sums(),
                newestSlot.incompatibleFlags(), newestSlot.readOnlyFlags(), newestSlot.compatibleFlags(),
                newestSlot.fileId());
    }

    private @Nullable String problemOf(@Nullable MetadataPage page, int index) {
        if (page == null) {
            return reasons[index];
        }
        if (page.generation() != newestSlot.generation()) {
            return "metadata page " + name(index) + " is of generation " + page.generation();
        }
        return page.sums().equals(newestSlot.metadataSums()) ? null
                : "metadata page " + name(index) + " has other sums than its superblock slot says";
    }

    private void readMetadata() throws IOException {
        for (int i = 0; i < METADATA_PAGES; i++) {
            try {
                MetadataPage page = MetadataPage.decode(geometry, NodeReader.read(storage, geometry, 1L + i));
                if (page.fileId().equals(newestSlot.fileId())) {
                    pages[i] = page;
                } else {
                    reasons[i] = "it belongs to file " + page.fileId();
                }
            } catch (FormatException | IOException e) {
                reasons[i] = "metadata page " + name(i) + " is unusable: " + e.getMessage();
            }
        }
    }

    private void findHighestGeneration() {
        highest = slots.highestGeneration();
        for (MetadataPage page : pages) {
            highest = page == null ? highest : Math.max(highest, page.generation());
        }
    }

    private boolean isTooLongForFile(MetadataPage page) throws IOException {
        return storage.length() < geometry.offsetOf(page.pageCount());
    }

    private void requireLength(long pages) throws IOException {
        long needed = geometry.offsetOf(pages);
        if (storage.length() < needed) {
            throw new EngineException(new Fault.CorruptSuperblock(path, "the file is " + storage.length()
                    + " bytes long, its " + pages + " pages of " + geometry.pageSize() + " bytes need " + needed));
        }
    }

    private static String name(int index) {
        return index == 0 ? "A" : "B";
    }
}
