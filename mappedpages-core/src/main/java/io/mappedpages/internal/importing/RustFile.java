package io.mappedpages.internal.importing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.Fault.Import;
import io.mappedpages.internal.fault.Fault.ImportPart;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.storage.PageSource;

/**
 * A file of the Rust crate of which all is checked that says where something is. What is in the pages is checked when they are copied.
 */
public final class RustFile {

    /** Where the contents of a protected page are. */
    record Guarded(long number, long page, int crc32) {
    }

    /** Takes protected pages. */
    interface Visitor {
        void visit(Guarded page) throws IOException;
    }

    private final RustSource source;
    private final boolean acceptOlder;
    private final RustHead head;
    private final Geometry geometry;
    private final RustMetadata adopted;
    private final RustMetadata other;
    private final List<String> findings = new ArrayList<>();
    /** Pages that are in use and are not users' regular ones: those of directory blocks, and copies. */
    private final BitSet owned = new BitSet();
    /** For each block the copy that counts. */
    private final List<Long> directory = new ArrayList<>();
    private final int fingerprint;
    private long protectedPages;

    private RustFile(RustSource source, boolean acceptOlder) {
        this.source = source;
        this.acceptOlder = acceptOlder;
        this.head = RustHead.read(source);
        this.geometry = head.geometry();
        this.fingerprint = fingerprint();
        RustMetadata active = RustMetadata.read(source, geometry, 1L + head.active());
        RustMetadata inactive = RustMetadata.read(source, geometry, 2L - head.active());
        String problem = problem(active, inactive);
        this.adopted = problem == null ? active : fallBack(active, problem, inactive);
        this.other = problem == null ? inactive : active;
        noteOther();
        if (source.length() < geometry.offsetOf(adopted.pages())) {
            throw source.refused(new Import.CutOff(source.length(), geometry.offsetOf(adopted.pages()),
                    adopted.pages(), geometry.pageSize()));
        }
    }

    /**
     * Reads and checks a file.
     *
     * @param acceptOlder whether to go on with the other copy where the one that counts is damaged, though it may be older
     */
    public static RustFile read(Path path, PageSource file, boolean acceptOlder) throws IOException {
        RustFile rust = new RustFile(new RustSource(path, file), acceptOlder);
        for (int block = 0; block < rust.head.blocks(); block++) {
            rust.take(block);
        }
        for (int block = 0; block < rust.head.blocks(); block++) {
            rust.takeEntries(block);
        }
        return rust;
    }

    private static @Nullable String problem(RustMetadata active, RustMetadata inactive) {
        if (active.problem() != null) {
            return active.problem();
        }
        // A commit that was cut off has written one generation more, and none has ever written two.
        return inactive.problem() == null && inactive.generation() > active.generation() + 1
                ? "it is out of date: its generation is " + active.generation() + ", that of the other one "
                        + inactive.generation()
                : null;
    }

    private RustMetadata fallBack(RustMetadata active, String problem, RustMetadata inactive) {
        boolean acceptable = inactive.problem() == null;
        if (!acceptable || !acceptOlder) {
            throw source.refused(new Import.Damaged(ImportPart.METADATA, active.page(), problem, inactive.page(),
                    inactive.verdict(), acceptable));
        }
        findings.add("Metadata page " + active.page() + ", which the superblock names, cannot be used (" + problem
                + "), so page " + inactive.page() + " was taken. What was committed last is lost.");
        return inactive;
    }

    private void noteOther() {
        if (other.problem() != null) {
            if (findings.isEmpty()) {
                findings.add("Metadata page " + other.page() + ", which does not count, " + other.verdict() + ".");
            }
        } else if (other.generation() > adopted.generation()) {
            findings.add(
                    "Metadata page " + other.page() + ", which the superblock does not name, is one generation newer: "
                            + "either its commit was cut off, or a write of page " + adopted.page()
                            + " was lost. The file cannot tell which.");
        }
    }

    /** Takes a block of the directory: which of its copies counts. */
    private void take(int index) {
        RustHead.Block block = head.block(source, index);
        for (long page : new long[] {block.pageA(), block.pageB()}) {
            String problem = own(page);
            if (problem != null) {
                throw source.refused(new Import.DirectoryIndex("block " + index + ": page " + page + " " + problem));
            }
        }
        String problem = RustDirectoryPage.problem(source, geometry, block.activePage());
        if (problem == null) {
            directory.add(block.activePage());
            return;
        }
        String otherProblem = RustDirectoryPage.problem(source, geometry, block.otherPage());
        if (otherProblem != null || !acceptOlder) {
            throw source.refused(new Import.Damaged(ImportPart.DIRECTORY, block.activePage(), problem,
                    block.otherPage(), otherProblem == null ? "has an older state" : "cannot be used: " + otherProblem,
                    otherProblem == null));
        }
        findings.add("Page " + block.activePage() + " of the directory cannot be used (" + problem + "), so page "
                + block.otherPage() + " was taken. What was committed last to the protected pages in it is lost.");
        directory.add(block.otherPage());
    }

    private void takeEntries(int block) throws IOException {
        long page = directory.get(block);
        RustDirectoryPage.visit(source, geometry, page, entry -> {
            long number = number(block, entry);
            String problem = number >= Geometry.MAX_PAGES ? "its number is too high"
                    : entry.inUse() != 1 ? "its entry begins with " + entry.inUse()
                            : entry.active() > 1 ? "its active copy is " + entry.active() : null;
            for (long copy : new long[] {entry.pageA(), entry.pageB()}) {
                String owned = problem == null ? own(copy) : null;
                problem = owned == null ? problem : "page " + copy + ", which it names, " + owned;
            }
            if (problem != null) {
                throw source.refused(new Import.Entry(number, page, problem));
            }
            protectedPages++;
        });
    }

    private long number(int block, RustDirectoryPage.Entry entry) {
        return (long) block * RustDirectoryPage.capacity(geometry) + entry.slot();
    }

    /** Notes that a page is not a user's regular one. {@return why that cannot be, or null} */
    private @Nullable String own(long page) {
        if (page < Geometry.RESERVED_PAGES || page >= adopted.pages()) {
            return "is none of the " + adopted.pages() + " pages";
        }
        int bit = (int) page;
        if (owned.get(bit)) {
            return "is named twice";
        }
        owned.set(bit);
        return adopted.inUse().get(bit) ? null : "is free";
    }

    /** {@return what follows from its page size} */
    public Geometry geometry() {
        return geometry;
    }

    /** {@return how many pages it has, the reserved ones included} */
    public long pages() {
        return adopted.pages();
    }

    /** {@return how many protected pages there are} */
    public long protectedPages() {
        return protectedPages;
    }

    long generation() {
        return adopted.generation();
    }

    OptionalLong otherGeneration() {
        return other.problem() == null ? OptionalLong.of(other.generation()) : OptionalLong.empty();
    }

    List<String> findings() {
        return findings;
    }

    RustSource source() {
        return source;
    }

    /** {@return the regular pages} */
    BitSet regular() {
        BitSet regular = (BitSet) adopted.inUse().clone();
        regular.clear(0, Geometry.RESERVED_PAGES);
        regular.andNot(owned);
        return regular;
    }

    /** Shows all protected pages, in the order of their numbers. */
    void visitProtected(Visitor visitor) throws IOException {
        for (int i = 0; i < directory.size(); i++) {
            int block = i;
            RustDirectoryPage.visit(source, geometry, directory.get(block),
                    entry -> visitor.visit(new Guarded(number(block, entry), entry.activePage(), entry.crc32())));
        }
    }

    /** Throws if somebody has written to the file since it was read, as far as page 0 and the metadata pages show. */
    void requireUnchanged() {
        if (fingerprint() != fingerprint) {
            throw source.refused(new Import.Changed());
        }
    }

    private int fingerprint() {
        return source.crc32(0, geometry.offsetOf(Geometry.RESERVED_PAGES), 0);
    }
}
