package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;

import io.mappedpages.FaultyPagers;
import io.mappedpages.Pager;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FaultyStorageProvider.Fault;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.PageFiles;

/** What a person reads when the application does not start. */
@ExtendWith(OutputCaptureExtension.class)
class StartFailureTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final Path file = files.path();

    private final FaultyStorageProvider disk = new FaultyStorageProvider(new FileStorageProvider());

    private CapturedOutput output;

    @BeforeEach
    void capture(CapturedOutput output) {
        this.output = output;
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(MappedPagesAutoConfiguration.class)
    static class Application {
    }

    /** Starts an application that cannot start, and returns what is said about it. */
    private String startWith(String... properties) {
        String[] arguments = Arrays.stream(properties).map(property -> "--" + property).toArray(String[]::new);
        var application = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
                .properties("mappedpages.path=" + file)
                .initializers(context -> ((GenericApplicationContext) context)
                        .registerBean(PagerBuilderCustomizer.class, () -> builder -> FaultyPagers.on(disk, builder)));
        assertThatException().isThrownBy(() -> application.run(arguments).close());
        assertThat(output).contains("APPLICATION FAILED TO START");
        return output.getOut().substring(output.getOut().indexOf("APPLICATION FAILED TO START"));
    }

    @Test
    void anotherPageSizeThanTheFilesIsReportedWithBoth() {
        Pager.create(file, 13).close();

        assertThat(startWith("mappedpages.page-size=4KB")).containsSubsequence(
                "Description:", file.toString(), "8192 bytes", "4096 bytes",
                "Action:", "Set mappedpages.page-size to 8KB", "mappedpages.path");
    }

    @Test
    void aLockedFileIsReported() {
        try (Pager _ = Pager.create(file, 12)) {
            assertThat(startWith()).containsSubsequence("Description:", file.toString(), "open already",
                    "Action:", "Stop the other application", "mappedpages.path");
        }
    }

    @Test
    void aFileThatIsNoPageFileIsReportedAndLeftAlone() throws Exception {
        files.damaged(file);
        Files.writeString(file, "a diary, not a page file".repeat(1000));

        assertThat(startWith()).containsSubsequence("Description:", file.toString(), "superblock",
                "Action:", "Check that mappedpages.path names a page file", "backup");
        assertThat(file).hasContent("a diary, not a page file".repeat(1000));
    }

    @Test
    void metadataThatIsDamagedTwiceIsReported() {
        files.damaged(file);
        Damage.toAllMetadata(file);

        assertThat(startWith()).containsSubsequence("Description:", "metadata of " + file,
                "Action:", "Keep " + file + " as it is", "backup");
    }

    @Test
    void aFileOfAnotherFormatIsReported() {
        files.damaged(file);
        Damage.toTheVersion(file);

        assertThat(startWith()).containsSubsequence("Description:", file.toString(), "format", "0",
                "Action:", "version of mappedpages that wrote " + file);
    }

    @Test
    void aFileThatIsNeverCreatedAndMissingIsReported() {
        assertThat(startWith("mappedpages.create=never")).containsSubsequence("Description:", file.toString(),
                "no such file", "Action:", "set mappedpages.create to if-missing");
    }

    @Test
    void aMissingPermissionIsReported() {
        Pager.create(file, 12).close();
        disk.beforeNext(Call.OPEN, () -> sneak(new AccessDeniedException(file.toString())));

        assertThat(startWith()).containsSubsequence("Description:", file.toString(),
                "Action:", System.getProperty("user.name"), "permission to read and write " + file);
    }

    /** As a superuser, who often runs tests, is never denied access. */
    @SuppressWarnings("unchecked")
    private static <E extends Exception> void sneak(Exception e) throws E {
        throw (E) e;
    }

    @Test
    void aDirectoryInTheFilesPlaceIsReported() throws Exception {
        files.damaged(file);
        Files.createDirectory(file);

        assertThat(startWith()).containsSubsequence("Description:", file.toString(), "it is a directory",
                "Action:", "Check that mappedpages.path names a file, not a directory");
    }

    @Test
    void aFullDiskIsReported() {
        disk.failNext(Call.EXTEND, Fault.OUT_OF_SPACE);

        assertThat(startWith("mappedpages.initial-size=1MB")).containsSubsequence("Description:", file.toString(),
                "no space left", "Action:", "Make room on the disk of " + file, "mappedpages.initial-size");
        assertThat(file).doesNotExist();
    }

    @Test
    void aMaximumThatIsTooSmallForAnyFileIsReported() {
        assertThat(startWith("mappedpages.max-size=8KB")).containsSubsequence("Description:", file.toString(), "8192",
                "Action:", "mappedpages.max-size", "four pages");
    }

    @Test
    void aDirectoryThatCannotBeCreatedIsReported() throws Exception {
        files.damaged(file);
        Files.writeString(file, "in the way");
        Path below = file.resolve("deep/store.pages");

        assertThat(startWith("mappedpages.path=" + below)).containsSubsequence("Description:", "mappedpages.path",
                "Its directory " + below.getParent() + " does not exist and cannot be created");
    }

    @ParameterizedTest(name = "{0}={1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            page-size      | 3000B | A page size is a power of two from 1KB to 1GB
            page-size      | 512B  | A page size is a power of two from 1KB to 1GB
            page-size      | 2GB   | A page size is a power of two from 1KB to 1GB
            page-size      | -4KB  | A page size is a power of two from 1KB to 1GB
            page-size      | 0B    | A page size is a power of two from 1KB to 1GB
            initial-size   | -1B   | It must be 0B or more
            growth-step    | 0B    | It must be 1B or more
            growth-step    | -64MB | It must be 1B or more
            max-size       | 0B    | It must be 1B or more
            max-size       | -1GB  | It must be 1B or more
            borrow-timeout | -1s   | It must be zero or more
            path           | ''    | It must name a file
            path           | '  '  | It must name a file
            """)
    void aBadValueIsReportedWithItsPropertyAndItsOrigin(String property, String value, String reason) {
        assertThat(startWith("mappedpages." + property + "=" + value)).containsSubsequence("Description:",
                "Invalid value '" + value + "' for configuration property 'mappedpages." + property
                        + "' (originating from",
                reason, "Action:");
        assertThat(files.directory()).isEmptyDirectory();
    }

    @Test
    void aMaximumBelowTheInitialSizeIsReportedWithBoth() {
        assertThat(startWith("mappedpages.max-size=1MB", "mappedpages.initial-size=3MB")).containsSubsequence(
                "Invalid value '1MB' for configuration property 'mappedpages.max-size'",
                "It must not be smaller than mappedpages.initial-size, which is 3MB");
        assertThat(files.directory()).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({"page-size,large", "create,maybe", "enabled,maybe", "borrow-timeout,soon"})
    void aValueThatIsNoneOfItsKindIsReportedWithItsProperty(String property, String value) {
        assertThat(startWith("mappedpages." + property + "=" + value)).contains("mappedpages." + property, value);
        assertThat(files.directory()).isEmptyDirectory();
    }
}
