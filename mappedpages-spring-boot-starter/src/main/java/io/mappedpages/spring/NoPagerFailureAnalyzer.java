package io.mappedpages.spring;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.analyzer.AbstractInjectionFailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

import io.mappedpages.Pager;

/**
 * Says which property is missing where a pager is needed and there is none. Before Boot's own analyzer, which would advise to
 * define a bean.
 */
final class NoPagerFailureAnalyzer extends AbstractInjectionFailureAnalyzer<NoSuchBeanDefinitionException>
        implements Ordered {

    private final @Nullable Environment environment;

    NoPagerFailureAnalyzer(@Nullable Environment environment) {
        this.environment = environment;
    }

    @Override
    public int getOrder() {
        return 0;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException failure,
            @Nullable String description) {
        if (environment == null || failure instanceof NoUniqueBeanDefinitionException
                || !Pager.class.equals(failure.getBeanType())) {
            return null;
        }
        String needed = (description == null ? "The application" : description) + " needs a pager, and there is none";
        if (!PagerSettings.areEnabled(environment)) {
            return new FailureAnalysis(needed + ": mappedpages.enabled is false.",
                    "Remove mappedpages.enabled, or set it to true; or let nothing need a pager while it is false.",
                    failure);
        }
        List<String> instances = PagerSettings.instances(environment);
        if (PagerSettings.haveDefault(environment) || !instances.isEmpty()) {
            return new FailureAnalysis(needed + " that fits. " + there(instances),
                    "Check the qualifier: the name of a pager is the qualifier of its bean.", failure);
        }
        return new FailureAnalysis(needed + ": mappedpages.path is not set.",
                """
            Set mappedpages.path to the file to keep the pages in, ./data/store.pages say: it is created if it does not exist. \
            For several pagers set mappedpages.instances.NAME.path; or declare a bean of type %s."""
                        .formatted(Pager.class.getName()),
                failure);
    }

    private String there(List<String> instances) {
        String names = environment != null && PagerSettings.haveDefault(environment) ? PagerSettings.DEFAULT_NAME : "";
        for (String name : instances) {
            names += (names.isEmpty() ? "" : ", ") + name;
        }
        return "The properties name these: " + names + ".";
    }
}
