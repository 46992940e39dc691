package io.mappedpages.spring.test;

import org.springframework.core.env.ConfigurableEnvironment;

import io.mappedpages.PagerBuilder;
import io.mappedpages.spring.PagerBuilderCustomizer;

/** Says of a pager that only reads why there is no file for it, before it is not found. */
final class TestReaders implements PagerBuilderCustomizer {

    private final ConfigurableEnvironment environment;

    TestReaders(ConfigurableEnvironment environment) {
        this.environment = environment;
    }

    @Override
    public void customize(PagerBuilder builder) {
        // one without a name is none of the properties
    }

    @Override
    public void customize(String pagerName, PagerBuilder builder) {
        if (environment.getPropertySources().get(TestPaths.SOURCE) instanceof TestPaths paths) {
            String objection = paths.objection(pagerName);
            if (objection != null) {
                throw new IllegalStateException(objection);
            }
        }
    }
}
