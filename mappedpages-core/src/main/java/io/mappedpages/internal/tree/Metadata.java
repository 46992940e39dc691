package io.mappedpages.internal.tree;

import org.jspecify.annotations.Nullable;

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

    public MetadataPage durable() {
        return durable;
    }

    public MetadataPage current() {
        return working != null ? working : durable;
    }

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

    boolean isChanged() {
        return working != null;
    }

    public void publish() {
        if (working != null) {
            durable = working;
            working = null;
        }
    }
}
