/**
 * How it is measured: each turn of a store is a process of its own, so no store has another one's threads, garbage or compiled
 * code beside it, and all have the same heap.
 */
@NullMarked
package io.mappedpages.comparison.measure;

import org.jspecify.annotations.NullMarked;
