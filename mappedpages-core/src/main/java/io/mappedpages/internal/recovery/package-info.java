/** What a file holds: which generation is adopted when it is opened, and whether all of it is as the format says. */
@org.jspecify.annotations.NullMarked
package io.mappedpages.internal.recovery;
