package io.mappedpages.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An application server loads this library once for each application. An opening that was refused in one of them took the
 * lock on the lock file from the other, a backup in the same process the one on the page file; then a second process opened
 * the file, and both handed out page 3.
 */
@Timeout(120)
@ParameterizedClass
@EnumSource(Way.class)
class SecondClassLoaderTest {

    private static final String HELD_ELSEWHERE = "held by another process";

    @TempDir
    Path directory;

    private final Way way;
    private final FileStorageProvider provider;
    private Path path;
    private PageStorage storage;

    SecondClassLoaderTest(Way way) {
        this.way = way;
        this.provider = way.provider();
    }

    @BeforeEach
    void openAFile() throws IOException {
        path = Files.createFile(provider.resolve(directory.resolve("pages")));
        storage = provider.open(path, provider.lock(path));
    }

    @AfterEach
    void closeIt() throws IOException {
        storage.close();
    }

    @Test
    void aSecondClassLoaderIsRefusedAndTakesNoLockAway() throws Exception {
        try (URLClassLoader other = another()) {
            assertThat(openBy(other, path)).hasMessageContaining("held in this JVM");
            Path hard = Files.createLink(directory.toRealPath().resolve("hard"), path);
            assertThat(openBy(other, hard)).hasMessageContaining("held in this JVM");
            Files.delete(hard);
            assertThat(answerOfAnotherProcess()).endsWith(HELD_ELSEWHERE);

            storage.close();
            assertThat(openBy(other, path)).as("once it is closed").isNull();
            assertThatExceptionOfType(FileLockedException.class).as("what the other one holds")
                    .isThrownBy(() -> provider.lock(path)).withMessageContaining("held in this JVM");
        } finally {
            System.getProperties().keySet().removeIf(key -> key.toString().startsWith("io.mappedpages.held:"));
        }
    }

    /** Either copy alone leaves one lock. */
    @Test
    void aBackupOfThePageFileOrOfTheLockFileByThisProcessLetsNobodyElseIn() throws IOException {
        Files.copy(path, path.resolveSibling("backup"));
        assertThat(answerOfAnotherProcess()).endsWith(HELD_ELSEWHERE);
        storage.close();
        storage = provider.open(path, provider.lock(path));
        Files.copy(LockFile.pathFor(path), path.resolveSibling("backup.lock"));
        assertThat(answerOfAnotherProcess()).endsWith(HELD_ELSEWHERE);
    }

    /** Both together leave none without native access: the locks that the JDK knows go when any descriptor is closed. */
    @Test
    void aBackupOfBothByThisProcessLetsNobodyElseIn() throws Exception {
        assumeTrue(way == Way.NATIVE, "without native access both locks are lost; the documentation says so");
        try (URLClassLoader other = another()) {
            openBy(other, path);
        }
        Files.copy(path, path.resolveSibling("backup"));
        Files.copy(LockFile.pathFor(path), path.resolveSibling("backup.lock"));
        assertThat(answerOfAnotherProcess()).endsWith(HELD_ELSEWHERE);
        try (ChildJvm child = new ChildJvm(Way.PORTABLE, path)) {
            assertThat(child.answer()).as("a process without native access").endsWith(HELD_ELSEWHERE);
        }
    }

    private String answerOfAnotherProcess() throws IOException {
        try (ChildJvm child = new ChildJvm(way, path)) {
            return child.answer();
        }
    }

    private static URLClassLoader another() throws MalformedURLException {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    /** Opens a file by the library that another class loader has loaded. {@return how that failed} */
    private static Throwable openBy(ClassLoader loader, Path file) throws ReflectiveOperationException {
        Class<?> type = loader.loadClass(FileStorageProvider.class.getName());
        Object its = type.getConstructor().newInstance();
        Method lock = type.getMethod("lock", Path.class);
        Class<?> held = loader.loadClass(HeldLock.class.getName());
        return catchThrowable(() -> {
            try {
                Object taken = lock.invoke(its, file);
                try {
                    type.getMethod("open", Path.class, held).invoke(its, file, taken);
                } catch (ReflectiveOperationException e) {
                    held.getMethod("abandon").invoke(taken);
                    throw e;
                }
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }
}
