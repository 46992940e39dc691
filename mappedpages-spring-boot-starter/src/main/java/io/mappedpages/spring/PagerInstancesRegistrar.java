package io.mappedpages.spring;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.core.env.Environment;

import io.mappedpages.Pager;
import io.mappedpages.ReadOnlyPager;

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
            Map<Boolean, List<String>> names = PagerSettings.instances(environment).stream()
                    .collect(Collectors.partitioningBy(name -> PagerSettings.isReadOnly(name, environment)));
            // Those that write are made first: one that reads may be of the same file.
            names.getOrDefault(false, List.of()).forEach(name -> registerPager(registry, environment, name));
            names.getOrDefault(true, List.of()).forEach(name -> registerReader(registry, environment, name));
        }
    }

    private static void registerPager(BeanRegistry registry, Environment environment, String name) {
        registry.registerBean(name, Pager.class, spec -> spec
                .description("The pager at mappedpages.instances." + name + ".path")
                .fallback()
                .supplier(context -> PagerOpener.open(PagerSettings.ofInstance(name, environment),
                        context.bean(PagerBuilderConfigurer.class),
                        context.beanProvider(Openings.class).getIfAvailable(() -> Openings.UNSEEN))));
    }

    private static void registerReader(BeanRegistry registry, Environment environment, String name) {
        registry.registerBean(name, ReadOnlyPager.class, spec -> spec
                .description("The pager at mappedpages.instances." + name + ".path, which only reads")
                .fallback()
                .supplier(context -> ReaderOpener.open(PagerSettings.ofInstance(name, environment),
                        context.bean(PagerBuilderConfigurer.class))));
    }
}
