package io.mappedpages.internal.engine;

import java.io.IOException;
import java.nio.file.Path;

import io.mappedpages.internal.commit.JournalPolicy;
import io.mappedpages.internal.format.FileId;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.JournalPosition;
import io.mappedpages.internal.format.JournalRings;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.format.Sums;
import io.mappedpages.internal.format.SuperblockSlot;
import io.mappedpages.internal.storage.PageStorage;
import io.mappedpages.internal.storage.StorageProvider;

/**
 * Makes a new page file. It is written under a temporary name, synced and then published, so that a crash leaves either
 * no file or a good one. Both slots and both metadata pages are valid from the start: there always is a way back.
 */
final class FileCreator {

    /** The reserved pages and one for the user. */
    private static final long FEWEST_PAGES = Geometry.RESERVED_PAGES + 1L;
    private static final long FIRST_GENERATION = 1;

    private FileCreator() {
    }

    /** {@return how many pages a new file gets, before any limit is looked at} */
    static long pagesFor(Geometry geometry, EngineConfig config) {
        long pages = Math.max(FEWEST_PAGES, Math.ceilDiv(config.initialBytes(), (long) geometry.pageSize()));
        int ringPages = config.journal().ringPages(geometry, pages);
        return Math.max(pages, FEWEST_PAGES + (isInline(geometry, ringPages) ? 2L * ringPages
                : JournalPolicy.pagesInARow(geometry, ringPages)));
    }

    /** Whether the states of such rings have room in the metadata page, for there is no tree yet. */
    private static boolean isInline(Geometry geometry, int ringPages) {
        return Geometry.RESERVED_PAGES + 2L * ringPages <= geometry.inlineStates();
    }

    /** Longer ones are made when the file is open, see {@link Engine#create}. */
    private static int ringPages(Geometry geometry, EngineConfig config, long pages) {
        int ringPages = config.journal().ringPages(geometry, pages);
        return isInline(geometry, ringPages) ? ringPages : 0;
    }

    static void create(StorageProvider provider, Path realPath, EngineConfig config, Geometry geometry)
            throws IOException {
        long pages = pagesFor(geometry, config);
        int ringPages = ringPages(geometry, config, pages);
        int firstFree = Geometry.RESERVED_PAGES + 2 * ringPages;
        long salt = config.journal().newSalt(0);
        PageStorage file = provider.createTemporary(realPath);
        try {
            file.extend(geometry.offsetOf(Geometry.RESERVED_PAGES), geometry.offsetOf(pages), config.reserve());
            FileId id = FileId.random();
            for (int copy = 0; copy < 2; copy++) {
                MetadataPage metadata = MetadataPage.blank(geometry, id);
                metadata.pageCount(pages);
                metadata.freeCount(pages - firstFree);
                if (ringPages > 0) {
                    metadata.states().fill(PageState.INTERNAL, Geometry.RESERVED_PAGES, firstFree);
                    metadata.highWater(firstFree);
                    metadata.journal(new JournalRings(Geometry.RESERVED_PAGES, Geometry.RESERVED_PAGES + ringPages,
                            ringPages), JournalPosition.beginning(salt));
                }
                long generation = FIRST_GENERATION + copy;
                Sums sums = metadata.seal(generation);
                file.write(geometry.offsetOf(1L + copy), metadata.bytes(), 0, geometry.nodeSize());
                SuperblockSlot slot = new SuperblockSlot(geometry.pageSizeLog2(), copy, generation, sums,
                        ringPages > 0 ? SuperblockSlot.FLAG_JOURNAL : 0, 0,
                        config.reserve() ? 0 : SuperblockSlot.FLAG_SPARSE, id);
                file.write(SuperblockSlot.offsetOf(copy), slot.encode(), 0, SuperblockSlot.BYTES);
            }
            file.sync();
        } catch (IOException | RuntimeException | Error e) {
            provider.discard(file);
            throw e;
        }
        provider.publish(file, realPath);
    }
}
