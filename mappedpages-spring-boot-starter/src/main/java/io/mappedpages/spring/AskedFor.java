package io.mappedpages.spring;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

import io.mappedpages.spring.MappedPagesProperties.Create;

/**
 * A page file that could not be opened, and how the application asked for it: advice about properties helps nobody whose
 * pager is a bean of his own.
 *
 * @param path the file
 * @param byProperties whether it is the one at {@code mappedpages.path}
 * @param create when the properties have it created
 */
record AskedFor(Path path, boolean byProperties, Create create) {

    static AskedFor of(Path path, @Nullable Environment environment) {
        if (environment != null) {
            try {
                Binder binder = Binder.get(environment);
                String value = binder.bind("mappedpages.path", String.class).orElse("");
                boolean same = FileFacts.same(PathValue.parse(value), path);
                return new AskedFor(path, same, binder.bind("mappedpages.create", Create.class)
                        .orElse(Create.IF_MISSING));
            } catch (PathValue.Refused | BindException e) {
                // a file was opened in spite of these properties, so it was not by them
            }
        }
        return new AskedFor(path, false, Create.IF_MISSING);
    }

    /** {@return words for taking another file} */
    String orName(String what) {
        return byProperties ? "let mappedpages.path name " + what : "give the pager the path of " + what;
    }

    /** {@return what to say after "delete it"} */
    String thenItIsCreated() {
        return !byProperties ? "" : switch (create) {
            case IF_MISSING -> ": it is created anew at the next start";
            case NEVER -> " and set mappedpages.create to if-missing: it is created anew at the next start";
        };
    }
}
