/** The contenders: one interface, and a file for each store, set up as its own documentation says for durable commits. */
@NullMarked
package io.mappedpages.comparison.store;

import org.jspecify.annotations.NullMarked;
