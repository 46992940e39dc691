package io.mappedpages.spring.test;

import org.springframework.beans.factory.annotation.Qualifier;

import io.mappedpages.FaultInjection;
import io.mappedpages.PagerBuilder;
import io.mappedpages.spring.PagerBuilderCustomizer;

/** Lets every pager fail when a test wants it. */
final class TestFaults implements PagerBuilderCustomizer {

    /** The name of the bean. */
    static final String INJECTION = "mappedpagesFaultInjection";

    private final FaultInjection faults;

    TestFaults(@Qualifier(INJECTION) FaultInjection faults) {
        this.faults = faults;
    }

    @Override
    public void customize(PagerBuilder builder) {
        builder.faults(faults);
    }
}
