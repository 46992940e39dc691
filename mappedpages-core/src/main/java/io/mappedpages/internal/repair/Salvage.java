package io.mappedpages.internal.repair;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.building.FileBuilder;
import io.mappedpages.internal.building.PageBytes;
import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.recovery.Bases;
import io.mappedpages.internal.recovery.Bases.Base;
import io.mappedpages.internal.storage.PageSource;
import io.mappedpages.internal.table.NumberBits;
import io.mappedpages.internal.table.NumberRanges;

/** What can be saved of a file: found out first, then copied. */
public final class Salvage {

    private final PageSource source;
    private final Path path;
    private final Geometry geometry;
    private final long filePages;
    private final @Nullable Base base;
    private final Inventory inventory;
    private final SortedMap<Long, CopyPair> strays;
    private final NumberBits regular;
    private final NumberRanges lostRegular = new NumberRanges();
    private final List<String> findings = new ArrayList<>();

    private Salvage(PageSource source, Path path, Geometry geometry, long length) throws IOException {
        this.source = source;
        this.path = path;
        this.geometry = geometry;
        this.filePages = length >> geometry.pageSizeLog2();
        Base best = null;
        Inventory ofBest = null;
        for (Base candidate : Bases.find(source, path, geometry)) {
            Inventory next = Inventory.of(source, geometry, filePages, candidate);
            if (best == null || ofBest == null || (next.isWhole() && isDoubtful(best, ofBest))) {
                best = candidate;
                ofBest = next;
            }
        }
        this.base = best;
        this.inventory = ofBest != null ? ofBest : Inventory.ofNothing(source, geometry, filePages);
        this.strays = inventory.lacksIds()
                ? Strays.find(source, length, geometry, inventory.bad(), inventory.unknownIds())
                : new TreeMap<>();
        this.regular = inventory.regular();
        findings.addAll(best == null ? List.of("no metadata page is left: which pages were in use cannot be told")
                : best.findings());
        keepUnknownPages();
    }

    /** A commit that was cut off may have left anything; one that was finished is the newest state, whatever was damaged since. */
    private static boolean isDoubtful(Base base, Inventory inventory) {
        return inventory.lacksNodes() || (!base.finished() && !inventory.isWhole());
    }

    /**
     * Finds out what can be saved.
     *
     * @throws FaultException if it is no page file, or nothing is left that tells its page size
     */
    public static Salvage of(PageSource source, Path path) throws IOException {
        Bases.requireKnown(source, path);
        long length = source.length();
        Geometry geometry = PageSizeProbe.probe(source, length);
        if (geometry == null) {
            throw new FaultException(new Fault.NothingToRepair(path, length));
        }
        return new Salvage(source, path, geometry, length);
    }

    /** A page that may be a user's is a user's, unless it is a copy of a protected page that was found. */
    private void keepUnknownPages() {
        NumberRanges unknown = inventory.unknownPages();
        strays.values().forEach(pair -> {
            unknown.remove(pair.pageA());
            unknown.remove(pair.pageB());
        });
        unknown.forEachRange((first, end) -> regular.set(first, end, true));
        inventory.behindEnd().forEachRange((first, end) -> lostRegular.add(first, end));
    }

    /** {@return what follows from its page size} */
    public Geometry geometry() {
        return geometry;
    }

    /** {@return how many pages the new file has at least} */
    public long pages() {
        long claimed = base == null ? filePages : Math.min(base.pageCount(), filePages);
        return Math.max(claimed, Geometry.RESERVED_PAGES + 1L);
    }

    /** Copies what can be saved, and finishes the new file. */
    public Repaired copyTo(FileBuilder to, long fewestPages, int ringPages) throws IOException {
        regular.forEachRow(to::regular);
        to.begin(Math.max(fewestPages, pages()), ringPages, inventory.goodCount() + strays.size());
        regular.<IOException>forEachRow((first, end) -> to.copyRegular(first, end, bytesOf(first)));
        TreeMap<Long, CopyPair> waiting = new TreeMap<>(strays);
        if (base != null) {
            inventory.visitGood(base.metadata(), (id, pair) -> {
                addBelow(id, waiting, to);
                add(id, pair, to);
            });
        }
        addBelow(Long.MAX_VALUE, waiting, to);
        FileBuilder.Built built = to.finish();
        return report(built);
    }

    private void addBelow(long end, NavigableMap<Long, CopyPair> waiting, FileBuilder to) throws IOException {
        while (!waiting.isEmpty() && waiting.firstKey() < end) {
            Map.Entry<Long, CopyPair> first = waiting.pollFirstEntry();
            add(first.getKey(), first.getValue(), to);
        }
    }

    private void add(long id, CopyPair pair, FileBuilder to) throws IOException {
        long at = geometry.offsetOf(pair.activePage());
        boolean same;
        try {
            same = to.addProtected(id, (offset, target, length) -> read(at + offset, target, length))
                    .equals(pair.sums());
        } catch (SourceException e) {
            throw changed(e);
        }
        if (!same) {
            throw changed(null);
        }
    }

    /** It was as it should be a moment ago. */
    private FaultException changed(@Nullable Throwable cause) {
        return new FaultException(new Fault.Io(path, Fault.Doing.READING), cause);
    }

    private static final class SourceException extends IOException {
        private static final long serialVersionUID = 1L;

        SourceException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private void read(long offset, byte[] target, int length) throws SourceException {
        try {
            source.read(offset, target, 0, length);
        } catch (IOException e) {
            throw new SourceException(e);
        }
    }

    /** Pages that cannot be read are zeros. */
    private PageBytes bytesOf(long first) {
        return (offset, target, length) -> {
            try {
                read(geometry.offsetOf(first) + offset, target, length);
            } catch (SourceException e) {
                readBlockByBlock(first, offset, target, length);
            }
        };
    }

    private void readBlockByBlock(long first, long offset, byte[] target, int length) {
        byte[] block = new byte[Math.min(geometry.pageSize(), 4096)];
        for (int done = 0; done < length; done += block.length) {
            long at = geometry.offsetOf(first) + offset + done;
            try {
                read(at, block, block.length);
                System.arraycopy(block, 0, target, done, block.length);
            } catch (SourceException e) {
                Arrays.fill(target, done, done + block.length, (byte) 0);
                long page = at >> geometry.pageSizeLog2();
                lostRegular.add(page, page + 1);
            }
        }
    }

    private Repaired report(FileBuilder.Built built) {
        NumberRanges older = new NumberRanges();
        NumberRanges found = new NumberRanges();
        NumberRanges lost = inventory.bad();
        strays.keySet().forEach(id -> {
            (lost.remove(id) ? older : found).add(id, id + 1);
        });
        return new Repaired(built.pages(), regular.count(), inventory.goodCount() + strays.size(),
                base == null ? 0 : base.generation(), rows(lostRegular), unsure(), rows(lost),
                rows(older), rows(inventory.unknownIds()), rows(found), List.copyOf(findings));
    }

    private Repaired.Numbers unsure() {
        return row -> {
            inventory.unknownPages().forEachRange(row::take);
            inventory.unknownBehindEnd().forEachRange(row::take);
        };
    }

    private static Repaired.Numbers rows(NumberRanges numbers) {
        return row -> numbers.forEachRange(row::take);
    }
}
