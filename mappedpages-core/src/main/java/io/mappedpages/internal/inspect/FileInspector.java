package io.mappedpages.internal.inspect;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.fault.UnreadableException;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.FormatException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.JournalRecord;
import io.mappedpages.internal.format.JournalRings;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.format.PageStates;
import io.mappedpages.internal.format.SlotReading;
import io.mappedpages.internal.format.SuperblockSlot;
import io.mappedpages.internal.format.TreeNode;
import io.mappedpages.internal.pageio.NodeReader;
import io.mappedpages.internal.recovery.Adopted;
import io.mappedpages.internal.recovery.Recoverer;
import io.mappedpages.internal.recovery.Recovery;
import io.mappedpages.internal.recovery.TreeWalk;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.internal.storage.PageSource;
import io.mappedpages.internal.thread.Uninterruptible;

/**
 * A page file, as it lies on the disk. Takes no lock and changes nothing, so it may be used beside whoever has the file open: what needs more than
 * one read is read again if the superblock has changed meanwhile. Not for several threads.
 */
public final class FileInspector implements AutoCloseable {

    private static final int SLOTS = 2;
    private static final int METADATA_PAGES = 2;
    /** How often something is read again that changed while it was read. */
    private static final int MOST_TRIES = 50;
    private static final long PAUSE_NANOS = 1_000_000;

    private final PageSource source;
    private final Path path;

    private FileInspector(PageSource source, Path path) {
        this.source = source;
        this.path = path;
    }

    /**
     * Opens a file, whatever is in it.
     *
     * @param path the file
     * @return it, to be closed by the caller
     * @throws NoSuchFileException               if there is none
     * @throws java.nio.file.FileSystemException if it cannot be opened, or is no file
     */
    public static FileInspector open(Path path) throws IOException {
        FileStorageProvider provider = new FileStorageProvider();
        Path realPath = provider.resolve(path);
        if (!provider.exists(realPath)) {
            throw new NoSuchFileException(path.toString());
        }
        return new FileInspector(provider.openToRead(realPath), realPath);
    }

    /** {@return the file, all symbolic links resolved} */
    public Path path() {
        return path;
    }

    /** {@return bytes in the file} */
    public long length() throws IOException {
        return source.length();
    }

    /** {@return what lies where the two slots of the superblock belong} */
    public List<SlotFound> slots() throws IOException {
        List<SlotFound> found = new ArrayList<>();
        for (int index = 0; index < SLOTS; index++) {
            found.add(slot(index));
        }
        return found;
    }

    private SlotFound slot(int index) throws IOException {
        int offset = SuperblockSlot.offsetOf(index);
        byte[] bytes = new byte[(int) Math.clamp(length() - offset, 0L, (long) SuperblockSlot.BYTES)];
        try {
            NodeReader.readTwice(source, offset, bytes, bytes.length, Fault.Part.SUPERBLOCK, 0);
        } catch (UnreadableException | EOFException e) {
            return new SlotFound(index, SlotFound.Condition.UNREADABLE, e.getMessage(), null);
        }
        return switch (SuperblockSlot.decode(bytes, 0)) {
            case SlotReading.Valid valid -> new SlotFound(index, SlotFound.Condition.VALID, null,
                    content(valid.slot(), SuperblockSlot.versionSaid(bytes, 0)));
            case SlotReading.Damaged damaged -> new SlotFound(index,
                    isBlank(bytes) ? SlotFound.Condition.BLANK : SlotFound.Condition.DAMAGED, damaged.reason(), null);
            case SlotReading.Foreign other -> new SlotFound(index, SlotFound.Condition.FOREIGN, other.reason(), null);
            case SlotReading.OtherVersion other -> new SlotFound(index, SlotFound.Condition.OTHER_VERSION,
                    "version " + other.major() + "." + other.minor(), null);
        };
    }

    private static boolean isBlank(byte[] slot) {
        return slot.length < SuperblockSlot.BYTES || Arrays.equals(slot, new byte[SuperblockSlot.BYTES]);
    }

    private static SlotFound.Content content(SuperblockSlot slot, String version) {
        return new SlotFound.Content(version, slot.generation(), name(slot.activeMetadata()),
                1 << slot.pageSizeLog2(), slot.fileId().toString(),
                (slot.incompatibleFlags() & SuperblockSlot.FLAG_JOURNAL) != 0,
                (slot.compatibleFlags() & SuperblockSlot.FLAG_SPARSE) != 0, slot.incompatibleFlags(),
                slot.readOnlyFlags(), slot.compatibleFlags(), slot.metadataSums().toString());
    }

    /** {@return the slot that is active: of those that can be used, the one with the higher generation} */
    public Optional<SlotFound.Content> newestSlot() throws IOException {
        SlotFound.Content newest = null;
        for (SlotFound slot : slots()) {
            SlotFound.Content content = slot.content();
            if (content != null && (newest == null || content.generation() > newest.generation())) {
                newest = content;
            }
        }
        return Optional.ofNullable(newest);
    }

    /** {@return what lies in the two metadata pages; nothing if no slot tells the page size} */
    public List<MetadataFound> metadata() throws IOException {
        Optional<SlotFound.Content> slot = newestSlot();
        List<MetadataFound> found = new ArrayList<>();
        if (slot.isPresent()) {
            Geometry geometry = Geometry.ofLog2(Integer.numberOfTrailingZeros(slot.get().pageSize()));
            for (int index = 0; index < METADATA_PAGES; index++) {
                found.add(metadata(geometry, index));
            }
        }
        return found;
    }

    private MetadataFound metadata(Geometry geometry, int index) throws IOException {
        try {
            MetadataPage page = MetadataPage.decode(geometry, NodeReader.read(source, geometry, 1L + index));
            return MetadataFound.of(name(index), geometry, page);
        } catch (UnreadableException | EOFException | FormatException e) {
            return new MetadataFound(name(index), e.getMessage(), null);
        }
    }

    private static String name(int metadata) {
        return metadata == 0 ? "A" : "B";
    }

    /** {@return the state that opening would go on with; empty if the file would not open} */
    public Optional<StateFound> state() throws IOException {
        Looked<Adopted> looked = consistently(() -> Recoverer.recoverToRead(source, path, false));
        Adopted adopted = looked.found;
        if (adopted == null) {
            return Optional.empty();
        }
        Recovery recovery = adopted.recovery();
        long recordBytes = adopted.records().stream().mapToLong(record -> JournalRecord.padded(record.length())).sum();
        return Optional.of(new StateFound(name(adopted.slot().activeMetadata()),
                adopted.metadata().generation(), adopted.generation(), adopted.pageCount(), adopted.records().size(),
                recordBytes,
                contentOf(adopted).journal(), recovery == null ? List.of() : recovery.findings(), looked.ofOneMoment));
    }

    private static MetadataFound.Content contentOf(Adopted adopted) {
        MetadataFound.Content content = MetadataFound.of(name(adopted.slot().activeMetadata()), adopted.geometry(),
                adopted.metadata()).content();
        if (content == null) {
            throw new IllegalStateException("an adopted page has no content");
        }
        return content;
    }

    /**
     * {@return the records behind the newest checkpoint, in order} At the end is perhaps one that does not count.
     *
     * @throws NotOpenableException if the file would not open
     */
    public List<RecordFound> records() throws IOException {
        Adopted adopted = adopted(consistently(() -> Recoverer.recoverToRead(source, path, false)));
        List<RecordFound> found = new ArrayList<>();
        JournalRings rings = adopted.metadata().rings();
        long at = adopted.metadata().journalPosition().offset();
        for (JournalRecord record : adopted.records()) {
            long begin = placeOf(record, at, rings, adopted.geometry());
            found.add(RecordFound.of(record, begin, true));
            at = begin + JournalRecord.padded(record.length());
        }
        JournalRecord rolledBack = adopted.rolledBack();
        if (rolledBack != null) {
            found.add(RecordFound.of(rolledBack, placeOf(rolledBack, at, rings, adopted.geometry()), false));
        }
        return found;
    }

    /** What does not fit before the end of the rings begins at their beginning. */
    private static long placeOf(JournalRecord record, long next, JournalRings rings, Geometry geometry) {
        return next + record.length() <= rings.bytes(geometry) ? next : 0;
    }

    /**
     * {@return both trees, as the newest checkpoint has written them} What the journal has after it is not in them.
     *
     * @param withEntries whether to tell each protected page, too
     * @throws NotOpenableException if the file would not open
     */
    public TreesFound trees(boolean withEntries) throws IOException {
        Looked<TreesFound> looked = consistently(() -> {
            Adopted adopted = Recoverer.recoverToRead(source, path, false);
            Nodes nodes = new Nodes(adopted.geometry(), withEntries);
            new TreeWalk(adopted.geometry(), page -> NodeReader.read(source, adopted.geometry(), page), _ -> true,
                    nodes)
                    .walk(adopted.metadata());
            return new TreesFound(adopted.metadata().generation(), List.copyOf(nodes.found),
                    List.copyOf(nodes.entries), true);
        });
        TreesFound found = adopted(looked);
        return new TreesFound(found.generation(), found.nodes(), found.entries(), looked.ofOneMoment);
    }

    /**
     * {@return some bytes of the file, fewer where it ends}
     *
     * @param offset where they begin
     * @param length how many
     */
    public byte[] bytes(long offset, int length) throws IOException {
        byte[] bytes = new byte[(int) Math.clamp(length() - offset, 0L, (long) length)];
        source.read(offset, bytes, 0, bytes.length);
        return bytes;
    }

    /** The file would not open, and so has no state to be shown. */
    public static final class NotOpenableException extends IOException {

        private static final long serialVersionUID = 1L;

        NotOpenableException(@Nullable FaultException cause) {
            super("the file would not open", cause);
        }
    }

    private interface Look<T> {
        T look() throws IOException;
    }

    /**
     * What came of looking.
     *
     * @param found       what was found, or null
     * @param fault       why nothing was
     * @param ofOneMoment whether the superblock was the same before and afterwards
     */
    private record Looked<T>(@Nullable T found, @Nullable FaultException fault, boolean ofOneMoment) {
    }

    private static <T> T adopted(Looked<T> looked) throws NotOpenableException {
        T found = looked.found;
        if (found == null) {
            throw new NotOpenableException(looked.fault);
        }
        return found;
    }

    /** Looks again while the superblock changes. */
    private <T> Looked<T> consistently(Look<T> look) throws IOException {
        for (int tries = 1;; tries++) {
            byte[] before = superblock();
            T found = null;
            FaultException fault = null;
            IOException failure = null;
            try {
                found = look.look();
            } catch (FaultException e) {
                fault = e;
            } catch (IOException e) {
                failure = e;
            }
            boolean same = Arrays.equals(before, superblock());
            if (same || tries == MOST_TRIES) {
                if (failure != null) {
                    throw failure;
                }
                return new Looked<>(found, fault, same);
            }
            Uninterruptible.sleep(PAUSE_NANOS);
        }
    }

    private byte[] superblock() throws IOException {
        return bytes(0, SuperblockSlot.SLOT_1 + SuperblockSlot.BYTES);
    }

    @Override
    public void close() throws IOException {
        source.close();
    }

    /** Collects what a walk meets. */
    private static final class Nodes implements TreeWalk.Visitor {

        private final Geometry geometry;
        private final boolean withEntries;
        private final List<NodeFound> found = new ArrayList<>();
        private final List<EntryFound> entries = new ArrayList<>();
        /** Of the node that is shown next. */
        private int level;
        private long index;
        private CopyPair pair = CopyPair.NONE;

        Nodes(Geometry geometry, boolean withEntries) {
            this.geometry = geometry;
            this.withEntries = withEntries;
        }

        @Override
        public void pair(TreeNode.Kind kind, int itsLevel, long itsIndex, CopyPair itsPair) {
            if (itsLevel != TreeWalk.ENTRY) {
                level = itsLevel;
                index = itsIndex;
                pair = itsPair;
            } else if (withEntries) {
                entries.add(new EntryFound(itsIndex, PairFound.inUse(itsPair)));
            }
        }

        @Override
        public void node(TreeNode.Kind kind, long first, TreeNode node) {
            add(kind, first, node.holdsStates() ? notFree(node.states()) : inUse(node), null);
        }

        @Override
        public void damaged(TreeNode.Kind kind, int itsLevel, long first, CopyPair itsPair, Exception problem) {
            add(kind, first, 0, String.valueOf(problem.getMessage()));
        }

        private void add(TreeNode.Kind kind, long first, long used, @Nullable String problem) {
            boolean holdsStates = kind == TreeNode.Kind.MAP && level == 0;
            long room = holdsStates ? geometry.statesPerLeaf() : geometry.pairsPerNode();
            found.add(new NodeFound(NodeFound.Tree.of(kind), level, index, first, PairFound.inUse(pair), used, room,
                    problem));
        }

        private static long notFree(PageStates states) {
            return (long) states.count() - states.count(PageState.FREE, states.count());
        }

        private long inUse(TreeNode node) {
            return IntStream.range(0, geometry.pairsPerNode()).filter(node::inUse).count();
        }
    }
}
