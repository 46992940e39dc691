package io.mappedpages.spring;

import io.mappedpages.PagerBuilder;

/**
 * Changes options of a pager before it is opened. Beans of this type are called in their order, after the properties
 * were applied, by {@link PagerBuilderConfigurer#configure}: for the auto-configured pager, and for every other that is
 * built with it.
 *
 * <p>
 * To hear of a pager's events declare a {@link io.mappedpages.PagerListener} bean instead: a listener set here is
 * replaced.
 */
@FunctionalInterface
public interface PagerBuilderCustomizer {

    /**
     * Changes options.
     *
     * @param builder the builder, with the properties applied
     */
    void customize(PagerBuilder builder);

    /**
     * Changes options of a pager that has a name. By default as {@link #customize(PagerBuilder)}: override it to do something for
     * one pager, or for each something else.
     *
     * @param pagerName the bean name of the pager to be
     * @param builder the builder, with the properties applied
     */
    default void customize(String pagerName, PagerBuilder builder) {
        customize(builder);
    }
}
