/**
 * Support for testing applications that keep pages: {@link io.mappedpages.spring.test.AutoConfigureMappedPages} on a test class
 * gives its application context page files of its own, and a {@link io.mappedpages.FaultInjection} to make them fail with.
 */
@NullMarked
package io.mappedpages.spring.test;

import org.jspecify.annotations.NullMarked;
