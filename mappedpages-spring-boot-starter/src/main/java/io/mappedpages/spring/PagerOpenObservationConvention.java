package io.mappedpages.spring;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * How the opening of a page file is named and tagged. A bean of this type takes the place of
 * {@link DefaultPagerOpenObservationConvention}, which may be extended.
 */
public interface PagerOpenObservationConvention extends ObservationConvention<PagerOpenObservationContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof PagerOpenObservationContext;
    }
}
