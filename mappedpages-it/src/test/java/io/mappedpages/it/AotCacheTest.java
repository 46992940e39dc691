package io.mappedpages.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/** The JDK's cache of classes that were loaded and linked ahead of time, made in a training run as docs/starter.md says. */
class AotCacheTest extends ActuatorContract {

    private static final String CLASSES = "classes.log";

    private List<Path> leftByTraining;
    private List<String> filesOfItsOwn;

    private Path extracted() {
        return directory.resolve("extracted");
    }

    /** The cache is for the virtual machine that it was made for. */
    @Override
    List<String> options() {
        return List.of();
    }

    @Override
    List<String> command() throws IOException, InterruptedException {
        Jvm.run(directory, directory.resolve("extract.log"), List.of("-Djarmode=tools", "-jar",
                Notes.jarWithActuator().toString(), "extract", "--destination", extracted().toString()));
        Path jar = extracted().resolve(Notes.jarWithActuator().getFileName());
        Path cache = directory.resolve("notes.aot");
        train(jar, cache);
        return List.of("-XX:AOTCache=" + cache, "-XX:AOTMode=on", "-Xlog:class+load:file=" + CLASSES, "-jar",
                jar.toString());
    }

    /** Starts it on a file of the training's own, up to where it would listen. */
    private void train(Path jar, Path cache) throws IOException, InterruptedException {
        Path training = Files.createDirectory(directory.resolve("training"));
        Path own = directory.resolve("own");
        Jvm.run(training, directory.resolve("training.log"), List.of("-XX:AOTCacheOutput=" + cache,
                "-Dspring.context.exit=onRefresh", "-Dmappedpages.path=" + own.resolve("training.pages"), "-jar",
                jar.toString(), "--server.port=0"));
        try (Stream<Path> left = Files.list(training)) {
            leftByTraining = left.toList();
        }
        try (Stream<Path> files = Files.list(own)) {
            filesOfItsOwn = files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void openingAFileIsInTheCache() throws IOException {
        try (Stream<String> loaded = Files.lines(directory.resolve(CLASSES))) {
            List<String> cached = loaded.filter(line -> line.contains("source: shared objects file"))
                    .map(line -> line.replaceAll("^.*\\] | source: .*$", "")).toList();
            assertThat(cached).contains("io.mappedpages.Pager", "io.mappedpages.spring.PagerOpener",
                    "io.mappedpages.internal.storage.FileStorageProvider",
                    "io.mappedpages.internal.recovery.Recoverer");
        }
    }

    @Test
    void theTrainingRunLeavesNothingWhereTheApplicationHasItsData() {
        assertThat(leftByTraining).isEmpty();
        assertThat(filesOfItsOwn).contains("training.pages");
    }
}
