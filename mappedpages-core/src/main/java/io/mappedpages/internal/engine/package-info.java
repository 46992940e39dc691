/**
 * The page store itself: which pages are free, where the copies of a protected page are, who has borrowed what, and the
 * one way a change becomes durable.
 *
 * <p>The rooms, from the outside in: {@link io.mappedpages.internal.engine.Engine} checks and orders the calls;
 * {@code Incarnation} is everything that belongs to one opening of the file; {@code PageMap} and {@code Directory} are
 * the two trees of copy pairs ({@code CopyTree}); {@code Committer} writes one generation; {@code Recoverer} chooses the
 * generation to adopt; {@code LatchTable} lends pages.
 *
 * <p>This package speaks {@code long}s and throws {@link io.mappedpages.internal.engine.EngineException}; it does not
 * know the public API. It sees files only through {@code PageStorage} and bytes only through the {@code format} package.
 *
 * <p>Lock order: lifecycle lock or size lock, latches (ascending page number), engine lock, latch table, mapping. A thread
 * that holds the engine lock never waits for a latch.
 */
@NullMarked
package io.mappedpages.internal.engine;

import org.jspecify.annotations.NullMarked;
