package io.mappedpages.internal.importing;

import java.io.IOException;
import java.util.BitSet;
import java.util.List;

import io.mappedpages.internal.building.FileBuilder;
import io.mappedpages.internal.fault.Fault.Import;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.Sums;

/** Copies what is in a file of the Rust crate to a new page file. */
public final class RustImport {

    private RustImport() {
    }

    /**
     * Copies everything, and finishes the new file.
     *
     * @param fewestPages the new file is not shorter
     * @param ringPages   of each ring of its journal
     */
    public static Imported run(RustFile from, FileBuilder to, long fewestPages, int ringPages) throws IOException {
        BitSet regular = from.regular();
        forEachRow(regular, to::regular);
        to.begin(Math.max(fewestPages, from.pages()), ringPages, from.protectedPages());
        Geometry geometry = from.geometry();
        RustSource source = from.source();
        forEachRow(regular, (first, end) -> to.copyRegular(first, end, (offset, target, length) -> source
                .read(geometry.offsetOf(first) + offset, target, length, first + offset / geometry.pageSize())));
        from.visitProtected(page -> {
            Sums sums = to.addProtected(page.number(), (offset, target, length) -> source
                    .read(geometry.offsetOf(page.page()) + offset, target, length, page.page()));
            if (sums.crc32() != page.crc32()) {
                throw source.refused(new Import.Contents(page.number(), page.page(), RustSource.hex(sums.crc32()),
                        RustSource.hex(page.crc32())));
            }
        });
        from.requireUnchanged();
        FileBuilder.Built built = to.finish();
        return new Imported(built.pages(), regular.cardinality(), from.protectedPages(), from.generation(),
                from.otherGeneration(), List.copyOf(from.findings()));
    }

    private interface Row {
        void take(long first, long end) throws IOException;
    }

    private static void forEachRow(BitSet pages, Row row) throws IOException {
        for (int first = pages.nextSetBit(0); first >= 0;) {
            int end = pages.nextClearBit(first);
            row.take(first, end);
            first = pages.nextSetBit(end);
        }
    }
}
