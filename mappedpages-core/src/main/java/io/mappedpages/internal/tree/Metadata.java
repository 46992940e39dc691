package io.mappedpages.internal.tree;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.FileCounts;
import io.mappedpages.internal.format.MetadataPage;

/**
 * The metadata page in memory: the durable one, which never changes in place and which anybody may read, and the copy
 * that the commit being put together changes, under the engine lock.
 */
public final class Metadata {

    private volatile MetadataPage durable;
    private @Nullable MetadataPage working;

    Metadata(MetadataPage durable) {
        this.durable = durable;
    }

    /** {@return what is durable} Any thread; not to be changed. */
    public MetadataPage durable() {
        return durable;
    }

    /** {@return what is true under the engine lock: the copy that is being changed, if there is one} */
    public MetadataPage current() {
        return working != null ? working : durable;
    }

    /** {@return the copy that the commit being put together changes} */
    public MetadataPage working() {
        if (working == null) {
            working = durable.copy();
        }
        return working;
    }

    /** Notes that pages below {@code page} may have been written, or are going to be. */
    public void raiseHighWater(long page) {
        MetadataPage raised = working();
        raised.highWater(Math.max(raised.highWater(), page));
    }

    /** Notes that there are {@code count} pages more, all of them free. */
    public void addPages(long count) {
        MetadataPage longer = working();
        longer.pageCount(longer.pageCount() + count);
        longer.freeCount(longer.freeCount() + count);
    }

    /** Notes that there are only {@code pages} pages, and {@code freeGone} of those that are gone were free. */
    public void cutTo(long pages, long freeGone) {
        MetadataPage shorter = working();
        shorter.freeCount(shorter.freeCount() - freeGone);
        shorter.pageCount(pages);
    }

    /** Notes what a journal record says of the whole file. */
    void set(FileCounts counts) {
        MetadataPage page = working();
        page.pageCount(counts.pages());
        page.freeCount(counts.free());
        page.protectedCount(counts.protectedPages());
        page.highWater(counts.highWater());
    }

    /** {@return what the record of the commit being put together says of the whole file} */
    FileCounts counts(boolean sparse) {
        MetadataPage page = current();
        return new FileCounts(page.pageCount(), page.freeCount(), page.protectedCount(), page.highWater(), sparse);
    }

    /** {@return whether something was changed that is not durable} */
    boolean isChanged() {
        return working != null;
    }

    /** What was being worked on, which may be nothing, is durable. */
    void publishChanges(long generation) {
        MetadataPage page = working();
        page.generation(generation);
        durable = page;
        working = null;
    }

    /** A checkpoint is durable, with this page: from now on trees and journal are where it says. */
    void checkpointed(MetadataPage written) {
        MetadataPage page = durable.copy();
        page.takePlaces(written);
        durable = page;
        if (working != null) {
            working.takePlaces(written);
        }
    }
}
