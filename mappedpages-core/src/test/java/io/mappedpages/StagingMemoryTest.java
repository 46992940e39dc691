package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.mappedpages.testing.ChildJvm;
import io.mappedpages.testing.PageFiles;

/**
 * The buffer of a writer is given back when the writer is closed. It was left to the garbage collector: memory outside of
 * the heap ran out after some hundreds of writes where {@code System.gc()} is switched off, and elsewhere each few hundred
 * writes waited for a full collection.
 *
 * <p>{@code -Dmappedpages.test.staging.seconds=3600} makes this an hour's work.
 */
class StagingMemoryTest {

    private static final long SECONDS = Long.getLong("mappedpages.test.staging.seconds", 3);

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    /** The other JVM: writes pages of 1 MiB and of 4 KiB, each third time without a commit. */
    public static final class Child {

        private Child() {
        }

        public static void main(String[] arguments) {
            Path path = Path.of(arguments[0]);
            long end = System.nanoTime() + Long.parseLong(arguments[2]) * 1_000_000_000L;
            int writes = 0;
            try (Pager pager = Pager.create(path, Integer.parseInt(arguments[1]))) {
                List<ProtectedPageId> ids = pager.allocProtectedBulk(4);
                while (System.nanoTime() < end || writes < 600) {
                    try (ProtectedPageWriter page = pager.write(ids.get(writes % ids.size()))) {
                        page.bytes().set(ValueLayout.JAVA_LONG, 0, writes);
                        if (writes % 3 != 0) {
                            page.commit();
                        }
                    }
                    writes++;
                }
            }
            System.out.println("full collections " + fullCollections());
        }

        private static long fullCollections() {
            return ManagementFactory.getGarbageCollectorMXBeans().stream()
                    .filter(collector -> collector.getName().contains("Old")
                            || collector.getName().contains("MarkSweep"))
                    .mapToLong(collector -> collector.getCollectionCount()).sum();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-XX:+DisableExplicitGC", "-XX:-DisableExplicitGC"})
    @Timeout(value = 2, unit = java.util.concurrent.TimeUnit.HOURS)
    void largeWritesGoOnForEverInLittleMemory(String explicitCollections) {
        assertThat(write(20, explicitCollections, "-XX:MaxDirectMemorySize=64m"))
                .containsExactly("full collections 0", "exit 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-XX:+DisableExplicitGC", "-XX:-DisableExplicitGC"})
    @Timeout(value = 2, unit = java.util.concurrent.TimeUnit.HOURS)
    void smallWritesGoOnForEverInLittleMemory(String explicitCollections) {
        assertThat(write(12, explicitCollections, "-XX:MaxDirectMemorySize=1m"))
                .containsExactly("full collections 0", "exit 0");
    }

    private List<String> write(int log2, String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        all.add("-Xmx256m");
        all.add("-XX:+UseSerialGC"); // its old collector runs for nothing but full collections
        try (ChildJvm child = ChildJvm.startWithOptions(all, Child.class, files.path(), log2, SECONDS)) {
            return child.readToEnd();
        }
    }
}
