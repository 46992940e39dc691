package io.mappedpages.internal.transaction;

import io.mappedpages.internal.fault.InjectedFaults;
import io.mappedpages.internal.format.Geometry;

/**
 * How a file grows.
 *
 * @param maxBytes  it never grows beyond this
 * @param stepBytes it doubles until a doubling would add more than this, then grows by it
 * @param reserve   whether growth puts real blocks behind every page
 * @param faults    says whether an allocation is to fail, for a test
 */
public record GrowthPolicy(long maxBytes, long stepBytes, boolean reserve, InjectedFaults faults) {

    /** {@return the most pages that a file may have} */
    public long mostPages(Geometry geometry) {
        return Math.min(geometry.maxPages(), maxBytes / geometry.pageSize());
    }
}
