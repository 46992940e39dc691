package io.mappedpages.it;

import java.nio.file.Path;

/** What the build has made of {@code src/it/notes}. */
final class Notes {

    private static final Path DIRECTORY = Path.of(System.getProperty("notes"));

    private Notes() {
    }

    /** Where it was built. */
    static Path directory() {
        return DIRECTORY;
    }

    static Path jar() {
        return DIRECTORY.resolve("target").resolve("notes.jar");
    }

    static Path jarWithActuator() {
        return DIRECTORY.resolve("target-actuator").resolve("notes-with-actuator.jar");
    }
}
