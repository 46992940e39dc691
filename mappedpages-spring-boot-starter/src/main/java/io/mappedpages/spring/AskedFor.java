package io.mappedpages.spring;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import io.mappedpages.spring.PagerOptions.Create;

/**
 * A page file that could not be opened, and how the application asked for it: advice about properties helps nobody whose
 * pager is a bean of his own.
 *
 * @param path the file
 * @param settings what the properties say of the pager, or null if it is none of theirs
 */
record AskedFor(Path path, @Nullable PagerSettings settings) {

    boolean byProperties() {
        return settings != null;
    }

    /** {@return the full name of a property of this pager} */
    String property(String option) {
        return settings == null ? option : settings.property(option);
    }

    /** {@return whether the properties say that the file is only read} */
    boolean readOnly() {
        return settings != null && settings.properties().isReadOnly();
    }

    /** {@return when the file is created} */
    Create create() {
        return settings == null ? Create.IF_MISSING : settings.properties().getCreate();
    }

    /** {@return words for taking another file} */
    String orName(String what) {
        return byProperties() ? "let " + property("path") + " name " + what : "give the pager the path of " + what;
    }

    /** {@return what to say after "delete it"} */
    String thenItIsCreated() {
        return !byProperties() ? "" : switch (create()) {
            case IF_MISSING -> ": it is created anew at the next start";
            case NEVER -> " and set " + property("create") + " to if-missing: it is created anew at the next start";
        };
    }
}
