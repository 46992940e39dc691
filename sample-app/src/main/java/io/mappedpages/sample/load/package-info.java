/**
 * Writers inside of the service, for watching the pager at work: as many as one likes, for a while, on pages of their own
 * that are given back in the end. A {@link io.mappedpages.sample.load.Ledger} beside the page file remembers what was
 * acknowledged to them, also when the process is killed; {@link io.mappedpages.sample.load.Survival} says what became of it.
 */
@NullMarked
package io.mappedpages.sample.load;

import org.jspecify.annotations.NullMarked;
