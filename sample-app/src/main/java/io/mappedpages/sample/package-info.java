/**
 * A REST service that keeps its data in pages: what a small application on the starter looks like.
 *
 * <p>
 * From the outside in: the controllers speak HTTP, {@link io.mappedpages.sample.PageStore} borrows pages and knows no
 * HTTP but entity tags, and {@link io.mappedpages.sample.ProblemAdvice} says in HTTP what went wrong. What the page at
 * {@code /} needs besides is in packages of its own: {@code live} tells browsers what happens, {@code load} has writers,
 * and {@code demo} breaks things where that is asked for.
 */
@NullMarked
package io.mappedpages.sample;

import org.jspecify.annotations.NullMarked;
