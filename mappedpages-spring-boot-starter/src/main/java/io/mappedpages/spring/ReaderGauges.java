package io.mappedpages.spring;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;

import io.mappedpages.ReadOnlyPager;

/** Gauges of what one context's pagers see of files that they only read. */
final class ReaderGauges extends BoundGauges<ReadOnlyPager, ReaderMeters> {

    private static final SharedMeters<ReaderMeters> SHARED = new SharedMeters<>(ReaderMeters::new);

    ReaderGauges(ObjectProvider<MeterRegistry> registry, MadeReaders made) {
        super(SHARED, registry, made);
    }
}
