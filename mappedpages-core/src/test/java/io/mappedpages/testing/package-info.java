/** What the tests of a pager share: files that are checked when a test is over, bytes to damage, other JVMs. */
@NullMarked
package io.mappedpages.testing;

import org.jspecify.annotations.NullMarked;
