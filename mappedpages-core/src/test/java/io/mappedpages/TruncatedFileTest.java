package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.mappedpages.testing.ChildJvm;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.QuietLog;
import io.mappedpages.testing.RawPageFile;

/**
 * Somebody truncates the file while it is open: an exception, and the process lives. What goes wrong here may kill the
 * process that it happens in, so that is another one.
 */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class TruncatedFileTest {

    private static final int LOG2 = 14;

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    /** Calls that touch the file, on a pager that has just been opened or has been in use, and what becomes of it. */
    static final Map<String, Consumer<Victim>> CALLS = new TreeMap<>(Map.ofEntries(
            Map.entry("load from a page", v -> {
                try (MappedPage page = v.pager.read(v.regular)) {
                    page.bytes().get(ValueLayout.JAVA_BYTE, 100);
                }
            }), Map.entry("copy of a page", v -> {
                try (MappedPage page = v.pager.read(v.regular)) {
                    page.bytes().toArray(ValueLayout.JAVA_BYTE);
                }
            }), Map.entry("store into a page", v -> {
                try (WritablePage page = v.pager.write(v.regular)) {
                    page.bytes().fill((byte) 7);
                    page.commit();
                }
            }), Map.entry("commit of a regular page", v -> {
                try (WritablePage page = v.pager.write(v.regular)) {
                    page.commit();
                }
            }), Map.entry("load from a protected page", v -> {
                try (MappedPage page = v.pager.read(v.protectedPage)) {
                    page.bytes().get(ValueLayout.JAVA_BYTE, 100);
                }
            }), Map.entry("write of a protected page", v -> {
                try (ProtectedPageWriter page = v.pager.write(v.protectedPage)) {
                    page.bytes().fill((byte) 7);
                    page.commit();
                }
            }), Map.entry("alloc", v -> v.pager.alloc()), Map.entry("allocProtected", v -> v.pager.allocProtected()),
            Map.entry("alloc that grows", v -> v.pager.allocBulk(1000)),
            Map.entry("free", v -> v.pager.free(v.regular)),
            Map.entry("freeProtected", v -> v.pager.freeProtected(v.protectedPage)),
            Map.entry("sync", v -> v.pager.sync()), Map.entry("verify", v -> v.pager.verify()),
            Map.entry("reopen", v -> v.pager.reopen())));

    /** What has happened to the pager before its file is truncated. */
    enum Before {
        /** It has made the file and has read all of it. */
        USED,
        /** It has been opened and nothing else. */
        OPENED,
        /** It has been opened and knows where the pages are, but has not looked at the protected page itself. */
        NEIGHBOUR_READ
    }

    /** A pager whose file is about to be truncated. */
    record Victim(Pager pager, PageId regular, ProtectedPageId protectedPage) {
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 3})
    void everyCallThatTouchesATruncatedFileThrowsAndTheProcessLives(long pagesLeft) {
        try (ChildJvm process = ChildJvm.start(Truncated.class, files.directory(), pagesLeft)) {
            List<String> lines = process.readToEnd();

            assertThat(lines).hasSize(Before.values().length * CALLS.size() + 1).last().isEqualTo("exit 0");
            assertThat(lines.subList(0, lines.size() - 1)).allMatch(
                    line -> line.contains("InternalError") || line.contains("PagerUnavailableException")
                            || line.contains("CorruptSuperblockException"))
                    .allMatch(line -> line.endsWith(" UNAVAILABLE"));
            // The engine's own look at the content is what fails then, and that is not the caller's to handle.
            assertThat(lines).contains(
                    "load from a protected page, NEIGHBOUR_READ: PagerUnavailableException UNAVAILABLE",
                    "write of a protected page, NEIGHBOUR_READ: PagerUnavailableException UNAVAILABLE");
        }
    }

    /** A pager that nobody truncates, through the same calls: none fails, so a failure above is due to the truncation. */
    @Test
    void theSameCallsSucceedOnAFileThatIsWhole() {
        try (ChildJvm process = ChildJvm.start(Truncated.class, files.directory(), -1)) {
            List<String> lines = process.readToEnd();

            assertThat(lines).hasSize(Before.values().length * CALLS.size() + 1).last().isEqualTo("exit 0");
            assertThat(lines.subList(0, lines.size() - 1)).allMatch(line -> line.endsWith(": nothing OPEN"));
        }
    }

    /** Runs in a process of its own: arguments are a directory and how many pages are left, or -1 for all. */
    static final class Truncated {

        public static void main(String[] args) {
            QuietLog.use();
            long left = Long.parseLong(args[1]);
            int number = 0;
            for (Map.Entry<String, Consumer<Victim>> call : CALLS.entrySet()) {
                for (Before before : Before.values()) {
                    System.out.println(outcome(Path.of(args[0], "victim-" + number++), left, before, call));
                }
            }
        }

        private static String outcome(Path path, long left, Before before,
                Map.Entry<String, Consumer<Victim>> call) {
            Pager pager = Pager.builder(path).pageSizeLog2(LOG2).borrowTimeout(Duration.ofMillis(10)).create();
            Victim victim = new Victim(pager, Pages.filled(pager, 1), Pages.filledProtected(pager, 2));
            ProtectedPageId neighbour = Pages.filledProtected(pager, 3);
            if (before == Before.USED) {
                Pages.assertFilled(pager, victim.protectedPage, 2);
            } else {
                pager.close();
                victim = new Victim(Pager.open(path), victim.regular, victim.protectedPage);
            }
            if (before == Before.NEIGHBOUR_READ) {
                Pages.assertFilled(victim.pager, neighbour, 3);
            }
            if (left >= 0) {
                new RawPageFile(path).truncate(left << LOG2);
            }
            String result = "nothing";
            try {
                call.getValue().accept(victim);
            } catch (RuntimeException | InternalError e) {
                result = e.getClass().getSimpleName();
            }
            try {
                victim.pager.alloc();
            } catch (PagerUnavailableException e) {
                // as it should be, whatever the call before has noticed
            }
            PagerState state = victim.pager.state();
            victim.pager.close();
            return call.getKey() + ", " + before + ": " + result + " " + state;
        }
    }
}
