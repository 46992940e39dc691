/**
 * Spring Boot auto-configuration for {@link io.mappedpages.Pager}.
 *
 * <p>
 * With {@code mappedpages.path} in the environment there is a bean {@code pager}: the file is opened, or created, when
 * the context starts, and closed when the context is closed, after web traffic has drained and after executors and
 * schedulers have been destroyed, with the tasks whose end they await. An application that declares a {@code Pager} bean of its own keeps it, and gets meters, health and the endpoint for it all the same.
 *
 * <p>
 * How to change what is built, from little to much: the properties ({@link io.mappedpages.spring.MappedPagesProperties}),
 * a {@link io.mappedpages.PagerListener} bean, a {@link io.mappedpages.spring.PagerBuilderCustomizer} bean, a
 * {@code Pager} bean made with the help of {@link io.mappedpages.spring.PagerBuilderConfigurer}.
 *
 * <p>
 * Micrometer and Spring Boot's health and actuator modules are optional: each is used where it is there.
 */
@NullMarked
package io.mappedpages.spring;

import org.jspecify.annotations.NullMarked;
