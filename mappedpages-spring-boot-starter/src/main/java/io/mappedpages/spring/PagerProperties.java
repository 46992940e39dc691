package io.mappedpages.spring;

import org.jspecify.annotations.Nullable;

/** The properties of one pager. */
public class PagerProperties extends PagerOptions {

    /**
     * File to keep the pages in: a plain path, relative to the working directory or absolute, or a 'file:' address.
     * There is no pager without it.
     */
    private @Nullable String path;

    /** With the defaults, for the binder. */
    public PagerProperties() {
    }

    /** {@return the file; null for no pager} */
    public @Nullable String getPath() {
        return path;
    }

    /**
     * Sets it.
     *
     * @param path the file; null for no pager
     */
    public void setPath(@Nullable String path) {
        this.path = path;
    }
}
