/** A table of objects by number, from which what was not used lately can be taken. */
@org.jspecify.annotations.NullMarked
package io.mappedpages.internal.table;
