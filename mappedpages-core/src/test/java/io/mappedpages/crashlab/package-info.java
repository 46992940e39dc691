/**
 * The crash-consistency laboratory: a simulated disk, what a power cut could leave on it, and an oracle that knows what a
 * pager must make of that.
 *
 * <p>
 * {@link io.mappedpages.crashlab.SimulatedDisk} runs a pager and records what was asked of the disk. A
 * {@link io.mappedpages.crashlab.Medium} replays the record up to any moment, {@link io.mappedpages.crashlab.CrashImages}
 * lists what could then be on the medium, and {@link io.mappedpages.crashlab.Oracle} opens each of these. The laboratory
 * knows the pager by its public API and by the storage seam only.
 */
package io.mappedpages.crashlab;
