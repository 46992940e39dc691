package io.mappedpages.internal.recovery;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.format.FormatException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.JournalRecord;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.SlotReading;
import io.mappedpages.internal.format.SuperblockSlot;
import io.mappedpages.internal.pageio.NodeReader;
import io.mappedpages.internal.storage.PageSource;

/**
 * States to begin with when a file is repaired: what opening would adopt, or else whatever a metadata page leads to, whether a slot names it or not.
 */
public final class Bases {

    private static final int SLOTS = 2;

    private Bases() {
    }

    /**
     * A checkpoint, and the records that follow it.
     *
     * @param finished whether its commit was finished for certain: a slot names it, or records follow
     * @param findings what is wrong with it, one sentence each
     */
    public record Base(MetadataPage metadata, List<JournalRecord> records, boolean finished, List<String> findings) {

        /** {@return the last commit that is in it} */
        public long generation() {
            return records.isEmpty() ? metadata.generation() : records.getLast().generation();
        }

        /** {@return pages in the file, as far as this can tell} */
        public long pageCount() {
            return records.isEmpty() ? metadata.pageCount() : records.getLast().counts().pages();
        }
    }

    /** {@return the states that there are, the best first; none if there is no metadata page left} */
    public static List<Base> find(PageSource source, Path path, Geometry geometry) {
        List<String> why = new ArrayList<>();
        try {
            Adopted adopted = Recoverer.recoverToRead(source, path, true);
            Recovery recovery = adopted.recovery();
            return List.of(new Base(adopted.metadata(), adopted.records(), true,
                    recovery == null ? List.of() : recovery.findings()));
        } catch (FaultException e) {
            why.add("the file does not open");
        } catch (IOException e) {
            why.add("the file does not open (" + e.getMessage() + ")");
        }
        List<Base> found = new ArrayList<>();
        for (long page = 1; page < Geometry.RESERVED_PAGES; page++) {
            try {
                MetadataPage metadata = MetadataPage.decode(geometry, NodeReader.read(source, geometry, page));
                found.add(follow(source, geometry, metadata, why));
            } catch (FormatException | IOException e) {
                // nothing to begin with
            }
        }
        found.sort(Comparator.comparingLong(Base::generation).reversed());
        return found;
    }

    /**
     * Refuses a file of which a slot with a good checksum says that this version does not know it.
     *
     * @throws FaultException if it is such a file
     */
    public static void requireKnown(PageSource source, Path path) throws IOException {
        for (int slot = 0; slot < SLOTS; slot++) {
            byte[] bytes = new byte[SuperblockSlot.BYTES];
            try {
                source.read(SuperblockSlot.offsetOf(slot), bytes, 0, bytes.length);
            } catch (IOException e) {
                continue; // it tells nothing
            }
            if (SuperblockSlot.decode(bytes, 0) instanceof SlotReading.OtherVersion other && other.checked()) {
                throw new FaultException(new Fault.UnsupportedFormat(path,
                        new Fault.Format.Version(other.major(), other.minor())));
            }
        }
        try {
            SlotReader.read(source, path, true);
        } catch (FaultException e) {
            if (e.fault() instanceof Fault.UnsupportedFormat(Path _, Fault.Format.Features _)) {
                throw e;
            }
        } catch (IOException e) {
            // no slot says anything
        }
    }

    private static Base follow(PageSource source, Geometry geometry, MetadataPage metadata, List<String> why) {
        List<String> findings = new ArrayList<>(why);
        List<JournalRecord> records = List.of();
        if (metadata.rings().exist()) {
            try {
                Chain chain = JournalReader.read(source, geometry, metadata, true);
                records = chain.records();
                if (chain.end() == Chain.End.RECORD_MISSING) {
                    findings.add("the journal has commits up to generation " + chain.highest()
                            + ", but not all of those before");
                }
            } catch (IOException e) {
                findings.add("the journal cannot be read (" + e.getMessage() + ")");
            }
        }
        return new Base(metadata, records, !records.isEmpty() || isNamed(source, metadata), List.copyOf(findings));
    }

    private static boolean isNamed(PageSource source, MetadataPage metadata) {
        for (int index = 0; index < SLOTS; index++) {
            byte[] bytes = new byte[SuperblockSlot.BYTES];
            try {
                source.read(SuperblockSlot.offsetOf(index), bytes, 0, bytes.length);
            } catch (IOException e) {
                continue; // it names nothing
            }
            if (SuperblockSlot.decode(bytes, 0) instanceof SlotReading.Valid valid
                    && valid.slot().generation() == metadata.generation()
                    && valid.slot().metadataSums().equals(metadata.sums())) {
                return true;
            }
        }
        return false;
    }
}
