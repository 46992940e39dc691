package io.mappedpages.spring;

import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.core.env.Environment;

import io.mappedpages.Pager;

/**
 * Registers a pager for each name below {@code mappedpages.instances}. Whoever has another pager injected without saying which
 * gets that one: these are asked for by name.
 */
final class PagerInstancesRegistrar implements BeanRegistrar {

    /** For the container. */
    PagerInstancesRegistrar() {
    }

    @Override
    public void register(BeanRegistry registry, Environment environment) {
        if (PagerSettings.areEnabled(environment)) {
            for (String name : PagerSettings.instances(environment)) {
                registry.registerBean(name, Pager.class, spec -> spec
                        .description("The pager at mappedpages.instances." + name + ".path")
                        .fallback()
                        .supplier(context -> PagerOpener.open(PagerSettings.ofInstance(name, environment),
                                context.bean(PagerBuilderConfigurer.class),
                                context.beanProvider(Openings.class).getIfAvailable(() -> Openings.UNSEEN))));
            }
        }
    }
}
