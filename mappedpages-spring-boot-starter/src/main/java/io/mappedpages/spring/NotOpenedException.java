package io.mappedpages.spring;

import java.io.Serial;
import java.nio.file.Path;

import io.mappedpages.MappedPageException;

/** A pager of the properties could not be opened: for advice in the words of those properties. */
final class NotOpenedException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient PagerSettings settings;

    NotOpenedException(PagerSettings settings, Path path, MappedPageException cause) {
        super("Pager '" + settings.name() + "' on " + path + " could not be opened: " + cause.getMessage(), cause);
        this.settings = settings;
    }

    PagerSettings settings() {
        return settings;
    }
}
