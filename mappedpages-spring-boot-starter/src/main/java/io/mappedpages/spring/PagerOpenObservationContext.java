package io.mappedpages.spring;

import java.nio.file.Path;

import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

import io.mappedpages.Pager;

/**
 * What is known of the opening of a page file, for {@link PagerOpenObservationConvention}s and observation handlers. What came of it
 * is known when the observation stops.
 */
public final class PagerOpenObservationContext extends Observation.Context {

    private final String pagerName;
    private final Path path;
    private final PagerOpenTrigger trigger;
    private @Nullable Pager pager;

    /**
     * Describes an opening that is about to begin.
     *
     * @param pagerName the name of the pager's bean
     * @param path its file
     * @param trigger why it is opened
     */
    public PagerOpenObservationContext(String pagerName, Path path, PagerOpenTrigger trigger) {
        this.pagerName = pagerName;
        this.path = path;
        this.trigger = trigger;
    }

    /** {@return the name of the pager's bean} */
    public String getPagerName() {
        return pagerName;
    }

    /** {@return the file} */
    public Path getPath() {
        return path;
    }

    /** {@return why it is opened} */
    public PagerOpenTrigger getTrigger() {
        return trigger;
    }

    /** {@return the pager, open; null before it is, and if it could not be opened} Its {@link Pager#recovery()} tells what was recovered. */
    public @Nullable Pager getPager() {
        return pager;
    }

    /**
     * Says that it is open.
     *
     * @param pager the pager
     */
    public void setPager(Pager pager) {
        this.pager = pager;
    }
}
