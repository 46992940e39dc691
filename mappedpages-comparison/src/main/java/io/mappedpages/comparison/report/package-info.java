/** Makes tables and plots of what was measured. */
@NullMarked
package io.mappedpages.comparison.report;

import org.jspecify.annotations.NullMarked;
