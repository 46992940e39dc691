package io.mappedpages.sample.demo;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

import io.mappedpages.FaultInjection;
import io.mappedpages.spring.PagerBuilderCustomizer;

/** A pager that can be made to fail. */
@Configuration(proxyBeanMethods = false)
@Profile("demo")
class DemoConfiguration {

    @Bean
    FaultInjection faults() {
        return new FaultInjection();
    }

    @Bean
    PagerBuilderCustomizer pagerThatCanFail(FaultInjection faults) {
        return builder -> builder.faults(faults);
    }
}
