/** The lowest floor: what every other package may use to write to the log. */
@NullMarked
package io.mappedpages.internal.log;

import org.jspecify.annotations.NullMarked;
