/**
 * Copies a file while it is in use. A backup is what a kill at one moment would have left, of which the crash laboratory shows that it
 * opens as the last commit before it: all that is ever written goes through the storage, and who is told of each write can say what
 * has to be copied again, and save what a later one is about to write over.
 */
@NullMarked
package io.mappedpages.internal.backup;

import org.jspecify.annotations.NullMarked;
