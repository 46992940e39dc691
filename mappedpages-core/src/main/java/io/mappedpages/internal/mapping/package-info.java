/** What of an opening of the file is in the hands of users: mapped bytes, latches, staging memory. */
@org.jspecify.annotations.NullMarked
package io.mappedpages.internal.mapping;
