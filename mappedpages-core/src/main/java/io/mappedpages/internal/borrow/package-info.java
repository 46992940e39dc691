/** Lends pages to users: borrows of regular pages, staged writes of protected ones. */
@org.jspecify.annotations.NullMarked
package io.mappedpages.internal.borrow;
