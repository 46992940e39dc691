package io.mappedpages.internal.recovery;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.commit.Committer;
import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.fault.UnreadableException;
import io.mappedpages.internal.format.FormatException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.JournalPosition;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.SuperblockSlot;
import io.mappedpages.internal.pageio.NodeReader;
import io.mappedpages.internal.recovery.GenerationCheck.Depth;
import io.mappedpages.internal.storage.PageSource;

/**
 * Chooses the generation to go on with when a file is opened. Reads only.
 *
 * <p>Normally that is what the newest slot says. If one slot is unusable and the metadata page it would name holds the
 * next generation, complete, the flip to it was torn: it is adopted, for all of it was durable before the flip. If what
 * the newest slot names is damaged, the other metadata page is the way back, and the loss is reported.
 *
 * <p>Damaged is what was read and is wrong. What could not be read, twice, may be as good as ever: where something that
 * was committed could depend on it, opening is refused, unless the user accepts to go on without it. It does not matter
 * where an interrupted commit may have been writing when it was cut off, and nothing else can be.
 */
public final class Recoverer {

    private static final int METADATA_PAGES = 2;

    private final PageSource storage;
    private final Path path;
    private final boolean acceptUnreadable;
    private final SlotReader slots;
    private final Geometry geometry;
    private final @Nullable MetadataPage[] pages = new MetadataPage[METADATA_PAGES];
    private final String[] reasons = new String[METADATA_PAGES];
    private final @Nullable UnreadableException[] failures = new UnreadableException[METADATA_PAGES];
    private final List<String> findings = new ArrayList<>();
    private final int newest;
    private final SuperblockSlot newestSlot;
    private long highest;
    /** What the user's wish made up for. */
    private @Nullable UnreadableException accepted;

    private Recoverer(PageSource storage, Path path, boolean acceptUnreadable, SlotReader slots,
            SuperblockSlot newestSlot) throws IOException {
        this.storage = storage;
        this.path = path;
        this.acceptUnreadable = acceptUnreadable;
        this.slots = slots;
        this.newest = slots.newest();
        this.newestSlot = newestSlot;
        this.geometry = Geometry.ofLog2(newestSlot.pageSizeLog2());
        requireLength(Geometry.RESERVED_PAGES);
        readMetadata();
        findHighestGeneration();
    }

    /**
     * {@return the state to go on with}
     *
     * @param acceptUnreadable whether to go on without what cannot be read, even if it may be the newest generation
     * @throws FaultException if there is none
     */
    public static Adopted recover(PageSource storage, Path path, boolean acceptUnreadable) throws IOException {
        return recover(storage, path, acceptUnreadable, false);
    }

    /** As {@link #recover}, of a file that is only to be read: a later version may have written it, if it says that this one can. */
    public static Adopted recoverToRead(PageSource storage, Path path, boolean acceptUnreadable) throws IOException {
        return recover(storage, path, acceptUnreadable, true);
    }

    private static Adopted recover(PageSource storage, Path path, boolean acceptUnreadable, boolean toRead)
            throws IOException {
        return of(storage, path, acceptUnreadable, toRead).choose();
    }

    private static Recoverer of(PageSource storage, Path path, boolean acceptUnreadable, boolean toRead)
            throws IOException {
        SlotReader slots = SlotReader.read(storage, path, toRead);
        SuperblockSlot newest = slots.slot(slots.newest());
        if (newest == null) {
            throw new IllegalStateException("no slot"); // SlotReader.read has thrown
        }
        return new Recoverer(storage, path, acceptUnreadable, slots, newest);
    }

    /**
     * {@return what the newest slot leads to, or null if there is a journal, or if anything is not as it is beside a writer} For a
     * file that is only read and has a checkpoint with each commit, so fast that all of it cannot be looked at in between. Of what is below the metadata page nothing
     * is looked at: its sums tell whether it is there when it is read.
     */
    public static @Nullable Adopted newestCheckpoint(PageSource storage, Path path) throws IOException {
        Recoverer found = of(storage, path, false, true);
        int active = found.newestSlot.activeMetadata();
        MetadataPage page = found.pages[active];
        return page == null || found.problemOf(page, active) != null || page.rings().exist() ? null
                : found.adopt(found.newest, found.newestSlot, page, Recovery.Loss.NONE, false);
    }

    private Adopted choose() throws IOException {
        Adopted torn = tornFlip();
        if (torn != null) {
            return torn;
        }
        int active = newestSlot.activeMetadata();
        MetadataPage page = pages[active];
        String problem = problemOf(page, active);
        boolean journaled = problem == null && page != null && page.rings().exist();
        if (slots.slot(1 - newest) == null && !isAlternateOlder() && !journaled) {
            // The slot may have been of a newer generation, and the alternate its metadata page.
            requireReadable(slots.failure(1 - newest));
            requireReadable(failures[1 - newestSlot.activeMetadata()]);
        }
        if (failures[active] != null && !leadsToAll(pages[1 - active])) {
            requireReadable(failures[active]);
        }
        if (problem == null && page != null) {
            requireLength(page.pageCount());
            String inside = problemOfNodes(page, pages[1 - active]);
            if (inside == null) {
                Recovery.Loss loss = lossBesides(page);
                return adopt(placeForNewest(), newestSlot, page, loss, loss == Recovery.Loss.POSSIBLE);
            }
            problem = inside;
        }
        findings.add("generation " + newestSlot.generation() + (accepted == null ? " is damaged (" : " is given up (")
                + problem + ")");
        return fallBack(1 - active, String.valueOf(problem));
    }

    /** Whether the alternate loses nothing: from the older checkpoint on, its journal leads to all that was committed since. */
    private boolean leadsOn(@Nullable MetadataPage alternate) throws IOException {
        return alternate != null && alternate.rings().exist() && alternate.generation() < newestSlot.generation()
                && !isTooLongForFile(alternate);
    }

    /**
     * As {@link #leadsOn}, and its journal and its nodes are whole. They need not be if a checkpoint was being written in its place: nodes go
     * where its own were, and records may go over those that it needs. Then what cannot be read may be the only way to what was
     * committed.
     */
    private boolean leadsToAll(@Nullable MetadataPage alternate) throws IOException {
        return alternate != null && leadsOn(alternate)
                && EnumSet.of(Chain.End.WHOLE, Chain.End.UNFINISHED).contains(chainOf(alternate).end())
                && problemOfNodes(alternate, Depth.ALL_NODES) == null;
    }

    /** {@return what is wrong with, or cannot be read of, the nodes that the newest generation wrote, or null} */
    private @Nullable String problemOfNodes(MetadataPage page, @Nullable MetadataPage alternate) throws IOException {
        try {
            return GenerationCheck.problem(storage, geometry, page, Depth.OWN_NODES);
        } catch (UnreadableException e) {
            if (!leadsToAll(alternate)) {
                requireReadable(e);
            }
            return e.getMessage();
        }
    }

    /** {@return what is wrong with, or cannot be read of, nodes below {@code page}, or null} */
    private @Nullable String problemOfNodes(MetadataPage page, Depth depth) throws IOException {
        try {
            return GenerationCheck.problem(storage, geometry, page, depth);
        } catch (UnreadableException e) {
            return e.getMessage();
        }
    }

    /** {@return what is wrong below {@code page}, or null} */
    private @Nullable String problemBelow(MetadataPage page, Depth depth) throws IOException {
        try {
            return GenerationCheck.problem(storage, geometry, page, depth);
        } catch (UnreadableException e) {
            requireReadable(e);
            return e.getMessage();
        }
    }

    /** Refuses to go on, or notes that the user wants to, without what could not be read. */
    private void requireReadable(@Nullable UnreadableException failure) {
        if (failure == null) {
            return;
        }
        if (!acceptUnreadable) {
            throw refusal(failure, true, failure.why());
        }
        accepted = failure;
    }

    private FaultException refusal(UnreadableException failure, boolean acceptable, String why) {
        return new FaultException(new Fault.UnreadableAtOpening(path, failure.part(), failure.page(),
                failure.offset(), acceptable, why), failure);
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
        findings.add("superblock slot " + other
                + (slots.failure(other) == null ? " is unusable (" : " cannot be read (") + slots.reason(other) + ")");
        int inactive = 1 - newestSlot.activeMetadata();
        MetadataPage next = pages[inactive];
        if (next == null || next.generation() <= newestSlot.generation() || isTooLongForFile(next)) {
            return null;
        }
        // Where a record follows, contents may have been written over since.
        Depth depth = chainOf(next).records().isEmpty() ? Depth.ALL_OF_ITS_OWN : Depth.OWN_NODES;
        String problem = problemBelow(next, depth);
        if (problem != null) {
            findings.add("generation " + next.generation() + " is not complete (" + problem + ")");
            return null;
        }
        findings.add("generation " + next.generation() + " was complete but for its superblock slot, and was adopted");
        return adopt(other, slotFor(inactive, next, mayHaveGrown(next)), next, Recovery.Loss.NONE, false);
    }

    /** Where the newest slot is written again: not over the only usable one. */
    private int placeForNewest() {
        return slots.slot(1 - newest) == null ? 1 - newest : newest;
    }

    /** If neither the other slot nor the other metadata page tells of the generation before, nobody can say what they did. */
    private Recovery.Loss lossBesides(MetadataPage adopted) {
        if (isAlternateOlder()) {
            return Recovery.Loss.NONE;
        }
        UnreadableException unread = failures[1 - newestSlot.activeMetadata()];
        if (unread != null) {
            findings.add("metadata page " + name(1 - newestSlot.activeMetadata()) + " cannot be read ("
                    + unread.getMessage() + ")");
        }
        // With a journal the records say what was committed, and whether some of it is missing.
        if (slots.slot(1 - newest) == null && !adopted.rings().exist()) {
            return Recovery.Loss.POSSIBLE;
        }
        if (isRepairUnfinished() && !adopted.rings().exist()) {
            findings.add("both superblock slots are of generation " + adopted.generation()
                    + ": going on without a damaged generation had begun and was cut off");
            return Recovery.Loss.POSSIBLE;
        }
        findings.add(unread == null
                ? "an unfinished commit after generation " + adopted.generation() + " was rolled back"
                : "generation " + adopted.generation() + " does not need it");
        return Recovery.Loss.NONE;
    }

    /** Whether the other metadata page is known to be of a generation before that of the newest slot. */
    private boolean isAlternateOlder() {
        MetadataPage alternate = pages[1 - newestSlot.activeMetadata()];
        return alternate != null && alternate.generation() < newestSlot.generation();
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
                                : problemOfWayBack(page, problem);
        if (page == null || second != null) {
            UnreadableException unread = failures[index] != null ? failures[index] : accepted;
            if (unread != null) {
                throw refusal(unread, false, problem + "; " + second);
            }
            throw new FaultException(new Fault.CorruptMetadata(path, newestSlot.generation(), problem, 1L + index,
                    String.valueOf(second)));
        }
        if (page.rings().exist()) {
            findings.add("generation " + page.generation() + " was adopted instead, and what the journal has after it");
            return adopt(1 - newest, slotFor(index, page, false), page, Recovery.Loss.NONE, false);
        }
        findings.add(
                "generation " + page.generation() + " was adopted instead; the changes of later generations are gone");
        return adopt(1 - newest, slotFor(index, page, false), page, Recovery.Loss.POSSIBLE, true);
    }

    /** {@return the records that follow, none if there is no journal} */
    private Chain chainOf(MetadataPage page) throws IOException {
        if (!page.rings().exist()) {
            return new Chain(List.of(), JournalPosition.NONE, Chain.End.WHOLE, null, 0);
        }
        try {
            return JournalReader.read(storage, geometry, page, acceptUnreadable);
        } catch (UnreadableException e) {
            throw refusal(e, true, e.why());
        }
    }

    /** Notes what the end of the journal says. {@return whether something may be lost} */
    private boolean noteEnd(Chain chain, long last) {
        switch (chain.end()) {
            case WHOLE -> {
                return false;
            }
            case UNFINISHED -> {
                findings.add("an unfinished commit after generation " + last + " was rolled back");
                return false;
            }
            case CONTENTS_UNREADABLE -> findings.add("the commit after generation " + last
                    + " was rolled back, for a page that it wrote cannot be read");
            case UNREADABLE -> findings.add("what was committed after generation " + last
                    + " was given up, for neither copy of the journal can be read there");
            case RECORD_MISSING -> findings.add("the journal has commits after generation " + last
                    + ", but not the one that follows it; the changes of these are gone");
        }
        return true;
    }

    private @Nullable String problemOfWayBack(MetadataPage page, String problem) throws IOException {
        try {
            return GenerationCheck.problem(storage, geometry, page, Depth.ALL_NODES);
        } catch (UnreadableException e) {
            throw refusal(e, false, problem + "; " + e.getMessage());
        }
    }

    private Adopted adopt(int slotIndex, SuperblockSlot slot, MetadataPage page, Recovery.Loss loss, boolean lost)
            throws IOException {
        Chain chain = chainOf(page);
        long generation = chain.records().isEmpty() ? slot.generation() : chain.records().getLast().generation();
        long pageCount = chain.records().isEmpty() ? page.pageCount() : chain.records().getLast().counts().pages();
        requireLength(pageCount);
        highest = Math.max(highest, chain.highest());
        boolean lostByChain = noteEnd(chain, generation);
        long rejected = highest > generation ? highest : 0;
        Recovery recovery = findings.isEmpty() ? null
                : new Recovery(generation, rejected, lostByChain ? Recovery.Loss.POSSIBLE : loss,
                        List.copyOf(findings));
        List<UnreadableException> unread = Stream.of(slots.failure(1 - newest), failures[0], failures[1])
                .filter(Objects::nonNull).toList();
        // What could not be read may be of the generation after the highest that was seen.
        long highestPossible = unread.isEmpty() ? highest : highest + 1;
        return new Adopted(geometry, slotIndex, slot, page, chain.records(), chain.rolledBack(), chain.position(),
                highestPossible,
                keptPages(page, pageCount), recovery, lost || slot.generation() < newestSlot.generation(),
                lost || lostByChain,
                unread,
                accepted != null || chain.end() == Chain.End.UNREADABLE, acceptUnreadable,
                lastChange(page, chain, generation));
    }

    /** With a journal the newest checkpoint need not have changed anything: the one before leads to all that was. */
    private long lastChange(MetadataPage adopted, Chain chain, long generation) {
        MetadataPage before = pages[0] == adopted ? pages[1] : pages[0];
        boolean isLedTo = adopted.rings().exist() && before != null && before.rings().exist()
                && before.generation() < adopted.generation();
        return isLedTo ? Math.max(before.generation(), chain.position().last().generation()) : generation;
    }

    private long keptPages(MetadataPage adopted, long pageCount) {
        long kept = pageCount;
        for (MetadataPage page : pages) {
            kept = page != null && page.generation() < adopted.generation() ? Math.max(kept, page.pageCount()) : kept;
        }
        return kept;
    }

    /**
     * A slot for a metadata page that no usable slot names. A growth that reserves nothing marks the file as sparse in its
     * slot; of one whose slot is lost nobody knows, so it counts as sparse.
     */
    private SuperblockSlot slotFor(int index, MetadataPage page, boolean mayHaveGrown) {
        SuperblockSlot slot = newestSlot.leadingTo(index, page.generation(), page.sums());
        return mayHaveGrown ? slot.markedSparse() : slot;
    }

    /** Whether {@code next}, which is newer than the newest slot, may have more pages than the generation of that slot. */
    private boolean mayHaveGrown(MetadataPage next) {
        MetadataPage before = pages[newestSlot.activeMetadata()];
        return before == null || before.generation() != newestSlot.generation()
                || next.pageCount() > before.pageCount();
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
            } catch (UnreadableException e) {
                failures[i] = e;
                reasons[i] = "metadata page " + name(i) + " cannot be read: " + e.getMessage();
            } catch (FormatException | EOFException e) {
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
            throw new FaultException(new Fault.CorruptSuperblock(path,
                    new Fault.Superblock.TooShort(storage.length(), needed, pages, geometry.pageSize())));
        }
    }

    private static String name(int index) {
        return index == 0 ? "A" : "B";
    }
}
