/** Metadata, and the trees of copy pairs, in memory: what is durable and what the next commit makes of it. */
@org.jspecify.annotations.NullMarked
package io.mappedpages.internal.tree;
