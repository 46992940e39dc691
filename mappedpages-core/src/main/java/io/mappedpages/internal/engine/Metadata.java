package io.mappedpages.internal.engine;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.MetadataPage;

/**
 * The metadata page in memory: the durable one, which never changes in place and which anybody may read, and the copy
 * that the commit being put together changes, under the engine lock.
 */
final class Metadata {

    private volatile MetadataPage durable;
    private @Nullable MetadataPage working;

    Metadata(MetadataPage durable) {
        this.durable = durable;
    }

    MetadataPage durable() {
        return durable;
    }

    MetadataPage current() {
        return working != null ? working : durable;
    }

    MetadataPage working() {
        if (working == null) {
            working = durable.copy();
        }
        return working;
    }

    boolean isChanged() {
        return working != null;
    }

    void publish() {
        if (working != null) {
            durable = working;
            working = null;
        }
    }
}
