/**
 * A REST service that keeps its data in pages: what a small application on the starter looks like.
 *
 * <p>
 * From the outside in: the controllers speak HTTP, {@link io.mappedpages.sample.PageStore} borrows pages and knows no
 * HTTP but entity tags, and {@link io.mappedpages.sample.ProblemAdvice} says in HTTP what went wrong.
 */
@NullMarked
package io.mappedpages.sample;

import org.jspecify.annotations.NullMarked;
