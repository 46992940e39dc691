/** What a thread must know of itself: the room on its stack, its deadline, its interrupts. */
@org.jspecify.annotations.NullMarked
package io.mappedpages.internal.thread;
