package io.mappedpages.spring;

/** Why a page file is opened by the starter. */
public enum PagerOpenTrigger {

    /** The application starts, or needs the pager for the first time. */
    START,

    /** Somebody asked the actuator endpoint for it. */
    ENDPOINT,

    /** The pager had become unavailable, and {@code mappedpages.reopen.automatic} is set. */
    AUTOMATIC,

    /** The context was paused or stopped, and goes on. */
    RESUME
}
