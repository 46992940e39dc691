/** A REST service that keeps its data in pages. */
@NullMarked
package io.mappedpages.sample;

import org.jspecify.annotations.NullMarked;
