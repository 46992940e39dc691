package io.mappedpages.internal.tree;

import java.io.IOException;

import io.mappedpages.internal.format.MetadataPage;

/** What a checkpoint writes: metadata and trees, as they were at one moment. Made by {@link FileState#image}. */
public final class FileImage {

    private final MetadataPage page;
    private final TreeImage map;
    private final TreeImage directory;

    FileImage(MetadataPage page, TreeImage map, TreeImage directory) {
        this.page = page;
        this.map = map;
        this.directory = directory;
    }

    /**
     * Makes the bytes of all nodes. Needs no lock.
     *
     * @param sink shown each node
     * @return the metadata page, which is not sealed yet
     */
    public MetadataPage encode(long generation, NodeSink sink) throws IOException {
        map.encode(generation, sink);
        directory.encode(generation, sink);
        page.mapHeight(map.height());
        page.mapRoot(map.root());
        page.directoryHeight(directory.height());
        page.directoryRoot(directory.root());
        return page;
    }

    MetadataPage page() {
        return page;
    }

    void publishNodes() {
        map.publish();
        directory.publish();
    }
}
