/**
 * Only in the profile {@code demo}: switches for failures, and a process that starts the service again when it was killed.
 */
@NullMarked
package io.mappedpages.sample.demo;

import org.jspecify.annotations.NullMarked;
