/**
 * Files of the Rust crate of the same name, which are read and never written: what their bytes mean is known here alone. What is in them goes
 * to a new file, and keeps its numbers.
 */
@org.jspecify.annotations.NullMarked
package io.mappedpages.internal.importing;
