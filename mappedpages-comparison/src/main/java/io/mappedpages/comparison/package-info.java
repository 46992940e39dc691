/** mappedpages beside other embedded stores: the same values, the same durability, the same machine, in turns. */
@NullMarked
package io.mappedpages.comparison;

import org.jspecify.annotations.NullMarked;
