/** Makes a generation durable. */
@org.jspecify.annotations.NullMarked
package io.mappedpages.internal.commit;
