package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.testing.RawPageFile;

/** Tells a file that was closed from one that its process has merely left, which {@code recovery()} does not if no commit was under way. */
final class ClosedFile {

    /** With this a file has a journal, which says whether it was closed. */
    static final String JOURNAL = "--mappedpages.journal-size=64KB";

    private ClosedFile() {
    }

    /** Looks at the bytes, before anybody opens the file again. */
    static void assertThatItWasClosed(Path file) {
        RawPageFile raw = new RawPageFile(file);
        MetadataPage metadata = raw.metadata(raw.currentMetadata());
        assertThat(metadata.rings().exist()).as("it has a journal").isTrue();
        assertThat(metadata.journalPosition().salt()).as("it was closed in order").isZero();
    }
}
