package io.mappedpages.internal.recovery;

import java.util.List;

/**
 * What a check of the whole file saw.
 *
 * @param pages          pages in the file, the reserved ones included
 * @param freePages      pages whose state is free
 * @param dataPages      pages allocated to users
 * @param protectedPages protected pages in use
 * @param internalPages  superblock, metadata and tree nodes
 * @param nodesChecked   tree nodes read and checked
 * @param findings       what is wrong; empty for a valid file
 * @param truncated      whether there are more findings than are listed
 */
public record Verification(long pages, long freePages, long dataPages, long protectedPages, long internalPages,
        long nodesChecked, List<Finding> findings, boolean truncated) {

    /**
     * One thing that is wrong.
     *
     * @param page    the page concerned, or -1 for the file as a whole
     * @param problem what is wrong with it
     */
    public record Finding(long page, String problem) {
    }
}
