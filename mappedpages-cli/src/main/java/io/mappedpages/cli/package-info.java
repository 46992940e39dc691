/**
 * The command {@code mappedpages}. A subcommand is one class with its name in the list of {@code MappedPages}; what several of them need are the small
 * classes beside them. Commands that only look at a file open it for reading alone, so nothing of it changes, and no lock file is made.
 *
 * <p>
 * Of core they use the public API, and one room below it, {@code io.mappedpages.internal.inspect}.
 */
@NullMarked
package io.mappedpages.cli;

import org.jspecify.annotations.NullMarked;
