/**
 * Saves what can be saved of a file that does not open, to a new one. The damaged file is only read, and what it says is believed only where
 * checksums agree.
 */
@org.jspecify.annotations.NullMarked
package io.mappedpages.internal.repair;
