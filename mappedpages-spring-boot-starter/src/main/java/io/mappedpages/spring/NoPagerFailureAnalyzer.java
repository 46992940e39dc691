package io.mappedpages.spring;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.analyzer.AbstractInjectionFailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

import io.mappedpages.Pager;
import io.mappedpages.ReadOnlyPager;

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
                || !(Pager.class.equals(failure.getBeanType()) || isReader(failure))) {
            return null;
        }
        String needed = (description == null ? "The application" : description) + " needs a "
                + (isReader(failure) ? "read-only pager" : "pager") + ", and there is none";
        if (!PagerSettings.areEnabled(environment)) {
            return new FailureAnalysis(needed + ": mappedpages.enabled is false.",
                    "Remove mappedpages.enabled, or set it to true; or let nothing need a pager while it is false.",
                    failure);
        }
        if (!names().isEmpty()) {
            return new FailureAnalysis(needed + " that fits. " + there(), fitting(failure), failure);
        }
        if (isReader(failure)) {
            return new FailureAnalysis(needed + ": mappedpages.path is not set.",
                    """
                Set mappedpages.path to the file to read and mappedpages.read-only to true; or declare a bean of type %s."""
                            .formatted(ReadOnlyPager.class.getName()),
                    failure);
        }
        return new FailureAnalysis(needed + ": mappedpages.path is not set.",
                """
            Set mappedpages.path to the file to keep the pages in, ./data/store.pages say: it is created if it does not exist. \
            For several pagers set mappedpages.instances.NAME.path; or declare a bean of type %s."""
                        .formatted(Pager.class.getName()),
                failure);
    }

    private static boolean isReader(NoSuchBeanDefinitionException failure) {
        return ReadOnlyPager.class.equals(failure.getBeanType());
    }

    private String fitting(NoSuchBeanDefinitionException failure) {
        String names = "Check the qualifier: the name of a pager is the qualifier of its bean.";
        if (isReader(failure)) {
            return names + " One with read-only=true is a ReadOnlyPager, any other is a Pager.";
        }
        return environment != null && names().stream().anyMatch(name -> PagerSettings.isReadOnly(name, environment))
                ? names + " One that is read-only is a ReadOnlyPager: have that injected, or remove read-only."
                : names;
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        if (environment != null) {
            if (PagerSettings.haveDefault(environment)) {
                names.add(PagerSettings.DEFAULT_NAME);
            }
            names.addAll(PagerSettings.instances(environment));
        }
        return names;
    }

    private String there() {
        return names().stream()
                .map(name -> environment != null && PagerSettings.isReadOnly(name, environment) ? name + " (read-only)"
                        : name)
                .collect(Collectors.joining(", ", "The properties name these: ", "."));
    }
}
