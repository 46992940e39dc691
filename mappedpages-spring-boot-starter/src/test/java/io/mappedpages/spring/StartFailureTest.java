package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;

import io.mappedpages.FaultyPagers;
import io.mappedpages.Pager;
import io.mappedpages.ReadOnlyPager;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FaultyStorageProvider.Fault;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.internal.storage.OutOfSpaceException;
import io.mappedpages.testing.PageFiles;

/** What a person reads when the application does not start. */
@ExtendWith(OutputCaptureExtension.class)
class StartFailureTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final Path file = files.path();

    private final FaultyStorageProvider disk = new FaultyStorageProvider(new FileStorageProvider());

    private final List<Class<?>> sources = new ArrayList<>(List.of(Application.class));

    private CapturedOutput output;

    @BeforeEach
    void capture(CapturedOutput output) {
        this.output = output;
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(MappedPagesAutoConfiguration.class)
    static class Application {
    }

    private String startWith(String... properties) {
        return start(List.of("mappedpages.path=" + file), properties);
    }

    private String startWithout() {
        return start(List.of());
    }

    /** Starts an application that cannot start, and returns what is said about it. */
    private String start(List<String> unlessSaidOtherwise, String... properties) {
        String[] arguments = Stream.of(properties).map(property -> "--" + property).toArray(String[]::new);
        var application = new SpringApplicationBuilder(sources.toArray(Class<?>[]::new)).web(WebApplicationType.NONE)
                .properties(unlessSaidOtherwise.toArray(String[]::new))
                .initializers(context -> ((GenericApplicationContext) context)
                        .registerBean(PagerBuilderCustomizer.class, () -> builder -> FaultyPagers.on(disk, builder)));
        assertThatException().isThrownBy(() -> application.run(arguments).close());
        assertThat(output).contains("APPLICATION FAILED TO START");
        return output.getOut().substring(output.getOut().lastIndexOf("APPLICATION FAILED TO START"));
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
                    "Action:", "Stop the other application", "lsof " + file, "mappedpages.path",
                    "set mappedpages.lock-timeout", "one pager per file", "give each test context a file of its own",
                    "spring.test.context.cache.pause");
        }
    }

    /** What an instance has of its own is named by its own property, and what it inherits by the one it inherits. */
    @Test
    void aPagerBesideTheOneOfThePathIsReportedInTheWordsOfItsProperties() {
        Path orders = files.path();
        Pager.create(orders, 13).close();
        assertThat(startWith("mappedpages.instances.orders.path=" + orders,
                "mappedpages.instances.orders.page-size=4KB")).containsSubsequence("Description:", orders.toString(),
                        "Action:", "Set mappedpages.instances.orders.page-size to 8KB",
                        "let mappedpages.instances.orders.path name another file");
        assertThat(startWith("mappedpages.instances.orders.path=" + orders, "mappedpages.defaults.page-size=4KB"))
                .containsSubsequence("Action:", "Set mappedpages.defaults.page-size to 8KB");
        assertThat(startWith("mappedpages.instances.orders.path=" + orders, "mappedpages.defaults.max-size=-1B"))
                .containsSubsequence("Invalid value '-1B' for configuration property 'mappedpages.defaults.max-size'",
                        "It must be 1B or more");
        assertThat(startWith("mappedpages.instances.orders.page-size=4KB")).containsSubsequence(
                "Invalid value '' for configuration property 'mappedpages.instances.orders.path'",
                "It must name a file");
        assertThat(startWith("mappedpages.instances.pager.path=" + orders)).containsSubsequence(
                "Invalid value 'pager' for configuration property 'mappedpages.instances'",
                "That is the name of the pager at mappedpages.path");
    }

    @Configuration(proxyBeanMethods = false)
    static class NeedsAPager {

        @Bean
        String user(Pager pager) {
            return pager.path().toString();
        }
    }

    @Test
    void aPagerThatIsNeededAndNotConfiguredIsReportedWithTheProperty() {
        sources.add(NeedsAPager.class);

        assertThat(startWithout()).containsSubsequence("Description:", "Parameter 0 of method user",
                "needs a pager, and there is none: mappedpages.path is not set",
                "Action:", "Set mappedpages.path to the file");
        assertThat(startWith("mappedpages.enabled=false")).containsSubsequence("Description:",
                "needs a pager, and there is none: mappedpages.enabled is false", "Action:",
                "Remove mappedpages.enabled");
    }

    @Configuration(proxyBeanMethods = false)
    static class NeedsAnother {

        @Bean
        String user(@Qualifier("orders") Pager pager) {
            return pager.path().toString();
        }
    }

    @Test
    void aPagerOfAnotherNameIsReportedWithTheNamesThereAre() {
        sources.add(NeedsAnother.class);

        assertThat(startWith("mappedpages.instances.users.path=" + files.path())).containsSubsequence("Description:",
                "needs a pager, and there is none that fits. The properties name these: pager, users", "Action:",
                "Check the qualifier");
    }

    @Configuration(proxyBeanMethods = false)
    static class NeedsAReader {

        @Bean
        String user(ReadOnlyPager pager) {
            return pager.path().toString();
        }
    }

    @Test
    void aPagerThatIsNeededAndOnlyReadsIsReportedAsThat() {
        Pager.create(file, 12).close();
        sources.add(NeedsAPager.class);

        assertThat(startWith("mappedpages.read-only=true")).containsSubsequence("Description:",
                "needs a pager, and there is none that fits. The properties name these: pager (read-only).", "Action:",
                "One that is read-only is a ReadOnlyPager: have that injected, or remove read-only.");
    }

    @Test
    void aReadOnlyPagerThatIsNeededAndWritesOrIsMissingIsReportedAsThat() {
        sources.add(NeedsAReader.class);

        assertThat(startWith()).containsSubsequence("Description:",
                "needs a read-only pager, and there is none that fits. The properties name these: pager.", "Action:",
                "One with read-only=true is a ReadOnlyPager");
        assertThat(startWithout()).containsSubsequence("Description:",
                "needs a read-only pager, and there is none: mappedpages.path is not set", "Action:",
                "Set mappedpages.path to the file to read and mappedpages.read-only to true");
    }

    private String startReading(String... properties) {
        return start(List.of("mappedpages.path=" + file, "mappedpages.read-only=true"), properties);
    }

    @Test
    void aMissingFileThatIsOnlyReadIsReported() {
        assertThat(startReading()).containsSubsequence("Description:", file.toString(), "no such file", "Action:",
                "Let mappedpages.path name an existing file, or start what writes to it first: with mappedpages.read-only")
                .doesNotContain("if-missing");
        assertThat(startReading("mappedpages.path=" + file.resolveSibling("deep").resolve("missing.pages")))
                .containsSubsequence("Action:", "Let mappedpages.path name an existing file")
                .doesNotContain("Create the directory");
        assertThat(start(List.of("mappedpages.instances.view.path=" + file, "mappedpages.defaults.read-only=true")))
                .containsSubsequence("Action:", "Let mappedpages.instances.view.path name an existing file",
                        "with mappedpages.defaults.read-only none is created");
    }

    @Test
    void aFileThatIsOnlyReadAndIsAnotherOneIsReported() throws Exception {
        Pager.create(file, 13).close();
        assertThat(startReading("mappedpages.page-size=4KB")).containsSubsequence("Description:", "8192 bytes",
                "Action:", "Set mappedpages.page-size to 8KB");

        files.damaged(file);
        Files.writeString(file, "a diary, not a page file".repeat(1000));
        assertThat(startReading()).containsSubsequence("Description:", "superblock", "Action:",
                "Check that " + file + " is the file that is meant", "let mappedpages.path name another file");

        Files.write(file, new byte[0]);
        assertThat(startReading()).containsSubsequence("Action:", "An empty file is no page file",
                "Let mappedpages.path name another file").doesNotContain("created anew");
    }

    @Test
    void aMissingPermissionToReadIsReportedAsThat() {
        Pager.create(file, 12).close();
        disk.beforeNext(Call.OPEN, () -> sneak(new AccessDeniedException(file.toString())));

        assertThat(startReading()).containsSubsequence("Action:", "permission to read " + file)
                .doesNotContain("write " + file);
    }

    @ParameterizedTest
    @CsvSource({"max-size,1GB", "initial-size,1MB", "growth-step,1MB", "reserve,false", "overdue-borrow,1s",
        "lock-timeout,1s", "commit-mode,journal", "journal-size,0", "reopen.automatic,true",
        "reopen.initial-delay,1s", "reopen.max-delay,1s"})
    void whatIsAboutWritingIsRefusedBesideReadOnly(String property, String value) {
        Pager.create(file, 12).close();

        assertThat(startReading("mappedpages." + property + "=" + value)).containsSubsequence(
                "Invalid value '" + value + "' for configuration property 'mappedpages." + property
                        + "' (originating from",
                "It is about writing, and mappedpages.read-only is true. Remove it, or set mappedpages.defaults."
                        + property);
    }

    @Test
    void aFileThatIsNoPageFileIsReportedAndLeftAlone() throws Exception {
        files.damaged(file);
        Files.writeString(file, "a diary, not a page file".repeat(1000));

        assertThat(startWith()).containsSubsequence("Description:", file.toString(), "superblock",
                "Action:", "Check that " + file + " is the file that is meant", "backup");
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
    void aMissingFileIsNoReasonToSetWhatIsSet() {
        disk.beforeNext(Call.OPEN, () -> sneak(new NoSuchFileException(file.toString())));

        assertThat(startWith("mappedpages.create=if-missing")).containsSubsequence("Description:", file.toString(),
                "Action:", "Look who removes " + file).doesNotContain("set mappedpages.create");
    }

    @Test
    void aLinkToADirectoryThatIsMissingIsReportedWithTheDirectory() throws Exception {
        Path link = files.directory().resolve("link.pages");
        Path gone = files.directory().resolve("gone");
        Files.createSymbolicLink(link, gone.resolve("store.pages"));

        assertThat(startWith("mappedpages.path=" + link)).containsSubsequence("Description:", link.toString(),
                "Action:", "Create the directory " + gone);
        Files.delete(link);
    }

    /** The analysis once failed itself, with an InvalidPathException, and nothing at all was said. */
    @Test
    void whatIsRefusedMayHaveANameThatIsNoPath() {
        Pager.create(file, 12).close();
        disk.beforeNext(Call.OPEN, () -> sneak(new AccessDeniedException("no\0path")));

        assertThat(startWith()).containsSubsequence("Description:", file.toString(),
                "Action:", "permission to read and write " + file + ".");
    }

    @Test
    void aLimitOfTheSystemIsReportedAsThat() {
        Pager.create(file, 12).close();
        disk.beforeNext(Call.OPEN, () -> sneak(new FileSystemException(file.toString(), null, "Too many open files")));
        assertThat(startWith()).containsSubsequence("Action:", "Raise the limit of open files");

        disk.beforeNext(Call.OPEN, () -> sneak(new FileSystemException(file.toString(), null, "File name too long")));
        assertThat(startWith()).containsSubsequence("Action:", "a file with a shorter name");
    }

    @Test
    void aMissingPermissionOnTheFileIsReported() {
        Pager.create(file, 12).close();
        disk.beforeNext(Call.OPEN, () -> sneak(new AccessDeniedException(file.toString())));

        assertThat(startWith()).containsSubsequence("Description:", file.toString(),
                "Action:", System.getProperty("user.name"), "permission to read and write " + file + ".");
    }

    /** The page file can be read and written; its lock file was left by the superuser. */
    @Test
    void aMissingPermissionOnTheLockFileIsReportedAsThat() throws Exception {
        Pager.create(file, 12).close();
        Path lock = Path.of(file + ".lock");
        if (Files.notExists(lock)) {
            Files.createFile(lock);
        }
        disk.beforeNext(Call.OPEN, () -> sneak(new AccessDeniedException(lock.toString())));

        assertThat(startWith()).containsSubsequence("Description:", "Action:",
                "permission to write " + lock + ", the lock file", "delete the lock file while nobody has " + file)
                .doesNotContain("read and write " + file + ".");
    }

    @Test
    void aMissingPermissionToCreateFilesIsReportedWithTheDirectory() {
        Path fresh = files.directory().resolve(".file.tmp");
        disk.beforeNext(Call.OPEN, () -> sneak(new AccessDeniedException(fresh.toString())));
        Pager.create(file, 12).close();

        assertThat(startWith()).containsSubsequence("Description:", "Action:",
                "create files in it", files.directory().toString());
    }

    @Test
    void anEmptyFileIsNotToBeRestoredUnlessItHadPages() throws Exception {
        files.damaged(file);
        Files.createFile(file);

        assertThat(startWith()).containsSubsequence("Description:", file.toString(), "empty",
                "Action:", "An empty file is no page file", "delete it: it is created anew at the next start",
                "If it had pages", "backup");
    }

    @Test
    void anEmptyFileThatIsNotCreatedAnewIsReportedWithThat() throws Exception {
        files.damaged(file);
        Files.createFile(file);

        assertThat(startWith("mappedpages.create=never")).containsSubsequence("Action:",
                "delete it and set mappedpages.create to if-missing");
    }

    @Test
    void aDiskThatCannotBeReadIsReported() {
        Pager.create(file, 12).close();
        disk.beforeNext(Call.OPEN, () -> sneak(new IOException("Input/output error")));

        assertThat(startWith()).containsSubsequence("Description:", file.toString(), "Input/output error",
                "Action:", "The disk may be failing", "dmesg", "copy " + file);
    }

    @Test
    void aReadOnlyFileSystemIsReported() throws Exception {
        Path mount = Files.createDirectory(files.directory().resolve("mount"));
        Path there = mount.resolve("store.pages");
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=1m", "none", mount.toString()), "no right to mount");
        try {
            Pager.create(there, 12).close();
            assumeTrue(run("mount", "-o", "remount,ro", mount.toString()), "no right to mount");

            assertThat(startWith("mappedpages.path=" + there)).containsSubsequence("Description:", there.toString(),
                    "Action:", "The file system of " + there + " is mounted read-only");
        } finally {
            run("umount", mount.toString());
        }
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(Redirect.DISCARD).start()
                    .waitFor() == 0;
        } catch (IOException e) {
            return false; // there is no such command
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnPager {

        @Bean
        Pager own(@Value("${own.path}") Path path) {
            return Pager.builder(path).pageSizeLog2(12).open();
        }
    }

    /** Advice about properties would be of no use. */
    @Test
    void aPagerOfTheApplicationsOwnIsReportedWithoutTheProperties() throws Exception {
        sources.add(OwnPager.class);
        Path own = files.directory().resolve("own.pages");

        assertThat(startWith("own.path=" + own)).containsSubsequence("Description:", own.toString(),
                "Action:", "Check the path that the pager is given").doesNotContain("mappedpages.path",
                        "mappedpages.create");

        Pager.create(own, 13).close();
        assertThat(startWith("own.path=" + own)).containsSubsequence("Description:", own.toString(),
                "Action:", "Ask for 8KB").doesNotContain("mappedpages.path", "mappedpages.page-size");

        files.damaged(own);
        Files.write(own, new byte[0]);
        assertThat(startWith("own.path=" + own)).containsSubsequence("Description:", own.toString(),
                "Action:", "delete it. If it had pages").doesNotContain("mappedpages.path", "mappedpages.create");
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
                "Action:", "a file is named, not a directory",
                "let mappedpages.path name " + file.resolve("store.pages"));
    }

    @Test
    void aFullDiskIsReported() {
        disk.failNext(Call.EXTEND, Fault.OUT_OF_SPACE);

        assertThat(startWith("mappedpages.initial-size=1MB")).containsSubsequence("Description:", file.toString(),
                "Action:", "Make room on the disk of " + file, "MB are free there now",
                "lower mappedpages.initial-size");
        assertThat(file).doesNotExist();
    }

    @Test
    void aFullDiskIsNoReasonToMakeAFileSmallerThatIsThere() {
        Pager.create(file, 12).close();
        disk.beforeNext(Call.OPEN, () -> sneak(new OutOfSpaceException(file + ": full", null)));

        assertThat(startWith()).containsSubsequence("Action:", "Make room on the disk of " + file)
                .doesNotContain("initial-size");
    }

    @Test
    void aMaximumThatIsTooSmallForAnyFileIsReported() {
        assertThat(startWith("mappedpages.max-size=8KB")).containsSubsequence("Description:", file.toString(), "8192",
                "Action:", "Raise mappedpages.max-size", "four pages").doesNotContain("Make room");
    }

    @Test
    void aDirectoryThatCannotBeCreatedIsReported() throws Exception {
        files.damaged(file);
        Files.writeString(file, "in the way");
        Path below = file.resolve("store.pages");

        assertThat(startWith("mappedpages.path=" + below)).containsSubsequence("Description:", "mappedpages.path",
                "Its directory " + file + " does not exist and cannot be created: " + file + " is no directory");
        Path deep = file.resolve("deep/store.pages");
        assertThat(startWith("mappedpages.path=" + deep)).containsSubsequence("Description:", "mappedpages.path",
                "Its directory " + deep.getParent() + " does not exist and cannot be created: ");
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
            overdue-borrow | -1s   | It must be zero or more
            journal-size   | 16383B | A journal has 16KB to 64MB
            journal-size   | 65MB  | A journal has 16KB to 64MB
            journal-size   | -1B   | A journal has 16KB to 64MB
            path           | ''    | It must name a file
            path           | '  '  | It must name a file
            path           | ~     | Only shells know what '~' means
            path           | ~/x   | Only shells know what '~' means
            path           | file:x | A file: address begins with a slash
            path           | classpath:x | It must be a plain path or a file: address
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
    @CsvSource({"page-size,large", "create,maybe", "commit-mode,sometimes", "journal-size,long", "enabled,maybe",
        "read-only,maybe",
        "borrow-timeout,soon"})
    void aValueThatIsNoneOfItsKindIsReportedWithItsProperty(String property, String value) {
        assertThat(startWith("mappedpages." + property + "=" + value)).contains("mappedpages." + property, value);
        assertThat(files.directory()).isEmptyDirectory();
    }
}
