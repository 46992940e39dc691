package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.mappedpages.testing.ChildJvm;
import io.mappedpages.testing.PageFiles;

/** Virtual threads commit, many more of them than there are carriers. */
@Timeout(120)
class VirtualThreadsTest {

    private static final String CARRIERS = "-Djdk.virtualThreadScheduler.parallelism=2";
    private static final String NO_MORE = "-Djdk.virtualThreadScheduler.maxPoolSize=2";

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    @ParameterizedTest
    @EnumSource(CommitMode.class)
    void tenThousandOnTwoCarriersShareFewCommits(CommitMode mode) {
        long generations = run(mode, 10_000, false, "-Xmx512m");

        assertThat(generations).as("generations for 20,000 changes").isLessThan(2_000);
    }

    /** The leader waits without a carrier, the others in the line; then both carriers are taken for a while. */
    @ParameterizedTest
    @EnumSource(CommitMode.class)
    void aHundredComeToAnEndWhoseLeaderHasNoCarrier(CommitMode mode) {
        long generations = run(mode, 100, true, "-Xmx128m");

        assertThat(generations).as("generations for 200 changes").isLessThan(110);
    }

    private long run(CommitMode mode, int threads, boolean holdsLeader, String heap) {
        Path path = files.path();
        List<String> said;
        try (ChildJvm child = ChildJvm.startWithOptions(
                List.of(CARRIERS, NO_MORE, heap, "--enable-native-access=ALL-UNNAMED"), VirtualThreadsChild.class, path,
                mode, threads, holdsLeader)) {
            said = child.readToEnd();
        }
        assertThat(said).hasSize(3).startsWith("failures 0").endsWith("exit 0");
        checkAllIsThere(files.open(path), threads);
        return Long.parseLong(said.get(1).substring("generations ".length()));
    }

    private static void checkAllIsThere(Pager pager, int threads) {
        List<ProtectedPageId> ids = pager.allocatedProtectedPages().toList();
        assertThat(ids).hasSize(threads);
        for (ProtectedPageId id : ids) {
            try (MappedPage page = pager.read(id)) {
                assertThat(page.byteBuffer().getLong(0)).isEqualTo(~id.number());
            }
        }
        assertThat(pager.allocatedPages().mapToLong(id -> firstNumber(pager, id)).sorted())
                .containsExactlyElementsOf(LongStream.range(1, threads + 1L).boxed().toList());
    }

    private static long firstNumber(Pager pager, PageId id) {
        try (MappedPage page = pager.read(id)) {
            return page.byteBuffer().getLong(0);
        }
    }
}
