/**
 * The page store as a whole: {@link io.mappedpages.internal.engine.Engine} takes the calls, opening and closing are here,
 * and everything else is in the rooms below, each of which knows only those under it:
 *
 * <ul>
 * <li>{@code borrow} lends pages to users;
 * <li>{@code transaction} plans changes and applies them, one after the other, through the {@code CommitQueue};
 * <li>{@code commit} makes a generation durable;
 * <li>{@code recovery} chooses the generation to adopt, and verifies whole files;
 * <li>{@code mapping} and {@code latch} keep what is in the hands of users;
 * <li>{@code tree} has metadata, the map of page states and the directory of protected pages in memory;
 * <li>{@code pageio} reads and sums pages, {@code format} turns bytes into records, {@code storage} has the files.
 * </ul>
 *
 * <p>These rooms speak {@code long}s and throw {@link io.mappedpages.internal.fault.FaultException}; they do not
 * know the public API. They see files only through {@code PageStorage} and bytes only through {@code format}.
 *
 * <p>Lock order: lifecycle lock or size lock, latches (ascending page number), leading the commit
 * queue, engine lock, latch table, mapping. A thread
 * that holds the engine lock never waits for a latch.
 */
@NullMarked
package io.mappedpages.internal.engine;

import org.jspecify.annotations.NullMarked;
