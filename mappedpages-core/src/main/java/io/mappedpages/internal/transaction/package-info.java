/** Changes of the file, each planned, applied and made durable as a whole, and the queue through which all of them go; one
 * opening of the file, and the engine lock. */
@org.jspecify.annotations.NullMarked
package io.mappedpages.internal.transaction;
