package io.mappedpages.spring;

import java.util.List;
import java.util.stream.Stream;

import org.springframework.beans.factory.ObjectProvider;

import io.mappedpages.PagerBuilder;
import io.mappedpages.PagerListener;

/**
 * Gives a builder what the application has for every pager: its {@link PagerBuilderCustomizer}s and listeners, meters
 * among them. A bean of this type is always there, for applications that open pagers themselves:
 *
 * {@snippet lang = java :
 * @Bean
 * Pager orders(PagerBuilderConfigurer configurer) {
 *     return configurer.configure("orders", Pager.builder(Path.of("orders.pages"))).openOrCreate();
 * }
 * }
 */
public final class PagerBuilderConfigurer {

    private final ObjectProvider<PagerBuilderCustomizer> customizers;
    private final ObjectProvider<PagerListener> listeners;
    private final ObjectProvider<PagerListenerFactory> listenerFactories;

    PagerBuilderConfigurer(ObjectProvider<PagerBuilderCustomizer> customizers,
            ObjectProvider<PagerListener> listeners, ObjectProvider<PagerListenerFactory> listenerFactories) {
        this.customizers = customizers;
        this.listeners = listeners;
        this.listenerFactories = listenerFactories;
    }

    /**
     * Applies the application's customizers and sets its listeners. Without any the builder's listener is left alone.
     *
     * @param pagerName the bean name of the pager to be, which its meters carry as a tag
     * @param builder the builder
     * @return the same builder
     */
    public PagerBuilder configure(String pagerName, PagerBuilder builder) {
        return configure(pagerName, builder, List.of());
    }

    /** As the other, with listeners that are not the application's; they come last. */
    PagerBuilder configure(String pagerName, PagerBuilder builder, List<PagerListener> own) {
        customize(pagerName, builder);
        List<PagerListener> all = Stream.concat(Stream.concat(listeners.orderedStream(),
                listenerFactories.orderedStream().map(factory -> factory.listenerFor(pagerName))), own.stream())
                .toList();
        if (!all.isEmpty()) { // a listener costs a thread
            builder.listener(new ListenerChain(all));
        }
        return builder;
    }

    /** Applies the application's customizers alone: who only reads has nothing to tell a listener. */
    PagerBuilder customize(String pagerName, PagerBuilder builder) {
        customizers.orderedStream().forEach(customizer -> customizer.customize(pagerName, builder));
        return builder;
    }
}
