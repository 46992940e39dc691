/**
 * Reading a page file without writing to it, beside whoever does: {@link io.mappedpages.internal.reading.ReadOnlyFile} takes the
 * calls. A {@code Snapshot} is the state of one commit in memory, {@code Superblock} tells whether that is still the basis of
 * what the writer does.
 *
 * <p>Nothing is locked, and the writer does not know of it. What makes that possible is what makes recovery possible: whatever a
 * recovery needs, which could begin at any moment, stays in the file until the next checkpoint has its slot. So as long as both
 * superblock slots are what they were, the tree nodes and the journal records that were found are right. The contents of a protected page are not
 * kept so long: they stay for one commit of that page, and its sums tell whether they are still there.
 */
@NullMarked
package io.mappedpages.internal.reading;

import org.jspecify.annotations.NullMarked;
