/** What is looked up by number: a table of objects, from which what was not used lately can be taken, and sets of numbers. */
@org.jspecify.annotations.NullMarked
package io.mappedpages.internal.table;
