/** Latches of physical pages: many readers or one writer. */
@org.jspecify.annotations.NullMarked
package io.mappedpages.internal.latch;
