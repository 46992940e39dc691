/** What the documents promise about memory order, through the public API: one pager a process, a page of it for each state. */
@org.jspecify.annotations.NullMarked
package io.mappedpages.jcstress;
