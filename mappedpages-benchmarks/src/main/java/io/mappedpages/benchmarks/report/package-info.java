/** Turns what JMH has measured into the table and the plot of {@code docs/}. */
@NullMarked
package io.mappedpages.benchmarks.report;

import org.jspecify.annotations.NullMarked;
