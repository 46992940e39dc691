package io.mappedpages.cli;

import java.io.IOException;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import io.mappedpages.CorruptMetadataException;
import io.mappedpages.CorruptSuperblockException;
import io.mappedpages.MappedPageException;
import io.mappedpages.Pager;
import io.mappedpages.ReadOnlyPager;
import io.mappedpages.internal.inspect.FileInspector;
import io.mappedpages.internal.inspect.SlotFound;

/** A page file that is looked at: through the API as far as it opens, and below it. Nothing of it changes. */
final class PageFile implements AutoCloseable {

    private final FileInspector inspector;
    private final @Nullable ReadOnlyPager pager;
    private final @Nullable MappedPageException damage;

    private PageFile(FileInspector inspector, @Nullable ReadOnlyPager pager, @Nullable MappedPageException damage) {
        this.inspector = inspector;
        this.pager = pager;
        this.damage = damage;
    }

    /**
     * Opens a page file, which may be damaged.
     *
     * @throws MappedPageException if it is none, or cannot be read
     */
    static PageFile open(Path path) throws IOException {
        FileInspector inspector = inspector(path);
        try {
            return new PageFile(inspector, Pager.builder(path).openReadOnly(), null);
        } catch (CorruptSuperblockException | CorruptMetadataException e) {
            if (isNone(inspector)) {
                inspector.close();
                throw e;
            }
            return new PageFile(inspector, null, e);
        } catch (MappedPageException e) {
            inspector.close();
            throw e;
        }
    }

    /** The API's words for a file that cannot be opened are the better ones. */
    private static FileInspector inspector(Path path) throws IOException {
        try {
            return FileInspector.open(path);
        } catch (IOException e) {
            Pager.builder(path).openReadOnly().close();
            throw e;
        }
    }

    /** Whether nothing in the file says that it is a page file. */
    private static boolean isNone(FileInspector inspector) throws IOException {
        return inspector.slots().stream().allMatch(slot -> slot.condition() == SlotFound.Condition.FOREIGN
                || slot.condition() == SlotFound.Condition.BLANK);
    }

    FileInspector inspector() {
        return inspector;
    }

    /** {@return the file as the API reads it; null if it does not open} */
    @Nullable ReadOnlyPager pager() {
        return pager;
    }

    /** {@return why it does not open, or null} */
    @Nullable MappedPageException damage() {
        return damage;
    }

    /** {@return the file as the API reads it} @throws MappedPageException if it does not open */
    ReadOnlyPager requirePager() {
        if (pager == null) {
            throw damage == null ? new IllegalStateException("no pager, and no reason") : damage;
        }
        return pager;
    }

    @Override
    public void close() throws IOException {
        try (inspector) {
            if (pager != null) {
                pager.close();
            }
        }
    }
}
