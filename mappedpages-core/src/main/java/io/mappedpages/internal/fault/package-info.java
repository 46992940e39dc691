/** What went wrong, as data. The words for people are made in the API package. */
@org.jspecify.annotations.NullMarked
package io.mappedpages.internal.fault;
