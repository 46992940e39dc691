package io.mappedpages.spring;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.util.ClassUtils;

/** What the starter lists for Boot to find. */
final class AllAutoConfigurations {

    /** The starter's own, so that a class which is not listed is missed by the tests too. */
    static final Class<?>[] CLASSES = ImportCandidates.load(AutoConfiguration.class, null).getCandidates().stream()
            .filter(name -> name.startsWith("io.mappedpages."))
            .map(name -> ClassUtils.resolveClassName(name, null))
            .toArray(Class<?>[]::new);

    private AllAutoConfigurations() {
    }
}
