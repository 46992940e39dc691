/**
 * What the page store costs. Each benchmark runs beside its baseline in the same process: contenders take turns call by
 * call, so that what else the machine does meets all of them alike, and medians are compared. Only the borrow of a hot
 * page, which takes nanoseconds, is measured by JMH's own loop.
 *
 * <p>
 * System properties: {@code benchmark.dir}, where files are made (default: a directory in the temporary one);
 * {@code benchmark.large}, bytes of the large file (default 1 TiB); {@code benchmark.rounds}, turns of each contender in
 * an iteration (default 200).
 */
@NullMarked
package io.mappedpages.benchmarks;

import org.jspecify.annotations.NullMarked;
