/**
 * Bytes on disk and the records they stand for, in both directions. This is the only room of the library that knows
 * where a field lies and what its values mean; {@code docs/file-format.md} describes the same for people.
 *
 * <p>
 * What belongs here: one class per record ({@link io.mappedpages.internal.format.SuperblockSlot},
 * {@link io.mappedpages.internal.format.MetadataPage}, {@link io.mappedpages.internal.format.TreeNode},
 * {@link io.mappedpages.internal.format.CopyPair}, {@link io.mappedpages.internal.format.PageStates}), the sizes that
 * follow from a page size ({@link io.mappedpages.internal.format.Geometry}), and the checks that one record can make on
 * its own bytes. What does not: files, mappings, locks, and any rule about the order in which records are written.
 * Whatever needs more than one record at a time (is this page named by exactly one pair?) is the engine's.
 *
 * <p>
 * Rules that hold in every class here:
 * <ul>
 * <li>Numbers are little-endian; page numbers are six bytes.
 * <li>Reading never trusts: a decoder answers with a {@link io.mappedpages.internal.format.FormatException} (or, for a
 * slot, with a {@link io.mappedpages.internal.format.SlotReading}), whatever the bytes are, and allocates nothing whose
 * size a field of those bytes decides.
 * <li>What a constructor lets through can be written and read back; a caller's impossible value is an
 * {@link java.lang.IllegalArgumentException} before it becomes bytes.
 * <li>No CRC is ever taken over bytes that contain their own CRC of the same kind: the result would be the same
 * constant for every page.
 * <li>Classes are not synchronized: one thread writes. Only {@link io.mappedpages.internal.format.PageStates} may be
 * read by other threads meanwhile.
 * </ul>
 */
@NullMarked
package io.mappedpages.internal.format;

import org.jspecify.annotations.NullMarked;
