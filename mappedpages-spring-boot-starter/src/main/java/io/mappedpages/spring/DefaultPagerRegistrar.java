package io.mappedpages.spring;

import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.core.env.Environment;

import io.mappedpages.Pager;
import io.mappedpages.ReadOnlyPager;

/**
 * Registers the pager at {@code mappedpages.path}, if that is set. A registrar, and not a condition, because the path is known
 * when an application starts: in one that was processed ahead of time conditions were decided when it was built, and registrars
 * are asked again.
 */
final class DefaultPagerRegistrar implements BeanRegistrar {

    /** For the container. */
    DefaultPagerRegistrar() {
    }

    @Override
    public void register(BeanRegistry registry, Environment environment) {
        if (!PagerSettings.areEnabled(environment) || !PagerSettings.haveDefault(environment)) {
            return;
        }
        if (PagerSettings.isReadOnly(PagerSettings.DEFAULT_NAME, environment)) {
            registry.registerBean(PagerSettings.DEFAULT_NAME, ReadOnlyPager.class, spec -> spec
                    .description("The pager at mappedpages.path, which only reads")
                    .supplier(context -> ReaderOpener.open(PagerSettings.ofDefault(environment),
                            context.bean(PagerBuilderConfigurer.class))));
        } else {
            registry.registerBean(PagerSettings.DEFAULT_NAME, Pager.class, spec -> spec
                    .description("The pager at mappedpages.path")
                    .supplier(context -> PagerOpener.open(PagerSettings.ofDefault(environment),
                            context.bean(PagerBuilderConfigurer.class),
                            context.beanProvider(Openings.class).getIfAvailable(() -> Openings.UNSEEN))));
        }
    }
}
