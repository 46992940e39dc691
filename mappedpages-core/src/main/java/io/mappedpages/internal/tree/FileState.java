package io.mappedpages.internal.tree;

import java.io.IOException;
import java.util.function.LongPredicate;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.FileCounts;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.RecordBuilder;
import io.mappedpages.internal.format.TreeNode;

/**
 * All that a generation is made of, as it is durable and as the commit being put together makes it: the metadata page, the
 * map of page states and the directory of protected pages.
 *
 * <p>What says "durable" may be called by any thread; everything else under the engine lock.
 */
public final class FileState {

    /** With less memory than for so many nodes, it is taken all the same: a checkpoint after each commit would be no use. */
    private static final int FEWEST_TO_WRITE = 64;

    private final Metadata metadata;
    private final PageMap map;
    private final Directory directory;
    private final ChangeLog log = new ChangeLog();
    private final ColdNodes cold;
    private final int mostToWrite;

    /**
     * The state that a metadata page leads to.
     *
     * @param nodes       reads tree nodes
     * @param lent        whether a page was lent writable, so that it cannot be a node or a copy when it is free
     * @param mostLeaves  leaves of each tree to keep in memory between two calls, unless more are being changed
     */
    public FileState(Geometry geometry, MetadataPage page, NodeSource nodes, LongPredicate lent, int mostLeaves) {
        mostToWrite = Math.max(mostLeaves, FEWEST_TO_WRITE);
        metadata = new Metadata(page);
        cold = new ColdNodes(geometry, nodes);
        map = new PageMap(metadata,
                new CopyTree(new NodeLoader(geometry, TreeNode.Kind.MAP, cold, this::pageCount), page.mapHeight(),
                        page.mapRoot(), mostLeaves, log),
                lent, log);
        directory = new Directory(metadata,
                new CopyTree(new NodeLoader(geometry, TreeNode.Kind.DIRECTORY, cold, this::pageCount),
                        page.directoryHeight(), page.directoryRoot(), mostLeaves, log),
                log);
    }

    /** {@return the metadata page} */
    public Metadata metadata() {
        return metadata;
    }

    /** {@return the states of all pages} */
    public PageMap map() {
        return map;
    }

    /** {@return where protected pages are} */
    public Directory directory() {
        return directory;
    }

    /** {@return how nodes are read that are not in memory} */
    public ColdNodes coldNodes() {
        return cold;
    }

    /** {@return pages in the file, durably} Any thread. */
    public long pageCount() {
        return metadata.durable().pageCount();
    }

    /** {@return the durable entry of a protected page, or null when the engine lock is needed to tell} Any thread. */
    public @Nullable CopyPair durableEntry(long id) {
        return directory.durableEntry(id);
    }

    /** {@return whether something was changed in memory that no commit has made durable} */
    public boolean hasUncommitted() {
        return metadata.isChanged() || map.tree().isChanged() || directory.tree().isChanged();
    }

    /**
     * {@return how often as many nodes as memory is meant for have been changed since the image before} None of these can be
     * forgotten before a checkpoint has written them.
     */
    public int timesFullOfChanges() {
        return (map.tree().nodesToWrite() + directory.tree().nodesToWrite()) / mostToWrite;
    }

    /** From now on {@code watch} is told of each change. */
    public void watch(ChangeWatch watch) {
        log.add(watch);
    }

    /** Ends {@link #watch}. */
    public void unwatch(ChangeWatch watch) {
        log.remove(watch);
    }

    /** From now on each change is noted in this record, or in none. */
    public void recordTo(@Nullable RecordBuilder record) {
        log.to(record);
    }

    /** {@return what the record of the commit being put together says of the whole file} */
    public FileCounts counts(boolean sparse) {
        return metadata.counts(sparse);
    }

    /** Makes one change of a journal record again. Reads nodes that are not in memory. */
    public void replayStates(long first, int count, int state) throws IOException {
        map.setRun(first, count, state);
    }

    /** As {@link #replayStates}. */
    public void replayEntry(long id, CopyPair pair) throws IOException {
        directory.entry(id, pair);
    }

    /** As {@link #replayStates}. */
    public void replayNode(TreeNode.Kind kind, NodeKey key, long pageA, long pageB) throws IOException {
        (kind == TreeNode.Kind.MAP ? map.tree() : directory.tree()).create(key, pageA, pageB);
    }

    /** Notes what a journal record says of the whole file. */
    public void replayCounts(FileCounts counts) {
        metadata.set(counts);
    }

    /** {@return all that changed since the image before, and the metadata page, as they are now} */
    public FileImage image() {
        MetadataPage page = metadata.current().copy();
        TreeImage ofMap = map.tree().image();
        return new FileImage(page, ofMap, directory.tree().image());
    }

    /** A checkpoint is durable. What was changed since its image was made, or is being changed, stays as it is. */
    public void publishCheckpoint(FileImage image) {
        metadata.checkpointed(image.page());
        image.publishNodes();
    }

    /** The commit being put together is durable, as this generation. */
    public void publishChanges(long generation) {
        metadata.publishChanges(generation);
        map.tree().publishContents();
        directory.tree().publishContents();
    }

    /** Forgets what can be read again, if there is too much of it. The caller must have no node in its hands. */
    public void shrink() {
        map.tree().nodes().shrink();
        directory.tree().nodes().shrink();
    }
}
