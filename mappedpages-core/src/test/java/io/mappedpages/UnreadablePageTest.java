package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filled;
import static io.mappedpages.Pages.filledProtected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.ChildJvm;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.QuietLog;
import io.mappedpages.testing.RawPageFile;
import io.mappedpages.testing.ShortDisk;

/**
 * The content of one page cannot be read: that is the trouble of those who want this page, and of nobody else. Mapped
 * memory that cannot be read may kill the process, so that is another one.
 */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class UnreadablePageTest {

    private static final int PAGE = 4096;
    private static final int FILLERS = 256;
    private static final int SOUND = 0x11;
    private static final int BAD = 0x22;
    private static final int MIDDLE = 0x33;

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    /** Numbers of pages at the beginning of a file, which can be read, and at its end, which cannot. */
    record Layout(long soundRegular, long soundProtected, long badRegular, long badProtected) {

        static Layout of(Pager pager) {
            PageId sound = filled(pager, SOUND);
            ProtectedPageId soundProtected = filledProtected(pager, SOUND);
            List<PageId> fillers = pager.allocBulk(FILLERS);
            fill(pager, fillers.get(FILLERS / 2), MIDDLE);
            PageId bad = filled(pager, BAD);
            ProtectedPageId badProtected = filledProtected(pager, BAD);
            fill(pager, soundProtected, SOUND); // the last commit wrote nothing at the end of the file
            return new Layout(sound.number(), soundProtected.number(), bad.number(), badProtected.number());
        }

        List<Object> numbers() {
            return List.of(soundRegular, soundProtected, badRegular, badProtected);
        }

        static Layout parsed(String[] args, int from) {
            return new Layout(Long.parseLong(args[from]), Long.parseLong(args[from + 1]),
                    Long.parseLong(args[from + 2]), Long.parseLong(args[from + 3]));
        }
    }

    private static byte[] block(int value) {
        byte[] block = new byte[PAGE];
        Arrays.fill(block, (byte) value);
        return block;
    }

    /**
     * The copy of a protected page that is current could not be brought into memory, and the pager stopped, and stopped
     * again after it had been reopened.
     */
    @Test
    void aProtectedPageThatCannotBeBroughtIntoMemoryFailsByItself() throws IOException {
        Layout layout;
        Path path = files.path();
        try (Pager pager = Pager.create(path, 12)) {
            layout = Layout.of(pager);
        }
        Path twin = Files.copy(path, files.directory().resolve("twin"));
        List<Object> arguments = new ArrayList<>(List.of(path, twin));
        arguments.addAll(layout.numbers());

        try (ChildJvm process = ChildJvm.start(CutTwin.class, arguments.toArray())) {
            assertThat(process.readToEnd()).containsExactly(
                    "read of the bad page: PagerIoException, OPEN",
                    "write of the bad page: PagerIoException, OPEN",
                    "function on the bad page: PagerIoException, OPEN",
                    "function on the bad regular page: PagerIoException, OPEN",
                    "function on the bad regular page: PagerIoException, OPEN",
                    "read of the sound page: nothing, OPEN",
                    "write of the sound page: nothing, OPEN",
                    "alloc and free: nothing, OPEN",
                    "free of the bad page: nothing, OPEN",
                    "exit 0");
        }
    }

    /** Mappings are of a copy of the file that has lost its end. Arguments: file, copy, and the numbers of pages. */
    static final class CutTwin {

        public static void main(String[] args) throws IOException {
            QuietLog.use();
            Layout layout = Layout.parsed(args, 2);
            FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());
            Path twin = Path.of(args[1]);
            storage.mapInstead(twin);
            try (Pager pager = Pager.builder(Path.of(args[0])).storage(storage).open()) {
                new RawPageFile(twin).truncate((long) (FILLERS / 2) * PAGE);
                show(pager, layout, "read of the bad page", "write of the bad page", "function on the bad page",
                        "function on the bad regular page", "function on the bad regular page",
                        "read of the sound page", "write of the sound page", "alloc and free", "free of the bad page");
            }
        }
    }

    private static final Map<String, Consumer<Attempt>> CALLS = Map.of(
            "read of the bad page", a -> a.pager.read(new ProtectedPageId(a.layout.badProtected)).close(),
            "write of the bad page", a -> a.pager.write(new ProtectedPageId(a.layout.badProtected)).close(),
            "function on the bad page",
            a -> a.pager.read(new ProtectedPageId(a.layout.badProtected), page -> page.get(ValueLayout.JAVA_BYTE, 0)),
            "function on the bad regular page",
            a -> a.pager.read(new PageId(a.layout.badRegular), page -> page.get(ValueLayout.JAVA_BYTE, 0)),
            "use of the bad regular page", a -> {
                try (MappedPage page = a.pager.read(new PageId(a.layout.badRegular))) {
                    page.bytes().toArray(ValueLayout.JAVA_BYTE);
                }
            },
            "read of the sound page", a -> {
                assertFilled(a.pager, new ProtectedPageId(a.layout.soundProtected), SOUND);
                assertFilled(a.pager, new PageId(a.layout.soundRegular), SOUND);
            },
            "write of the sound page", a -> fill(a.pager, new ProtectedPageId(a.layout.soundProtected), SOUND),
            "alloc and free", a -> a.pager.free(a.pager.alloc()),
            "free of the bad page", a -> a.pager.freeProtected(new ProtectedPageId(a.layout.badProtected)),
            "reopen", a -> a.pager.reopen());

    /** Something tried on a pager. */
    private record Attempt(Pager pager, Layout layout) {
    }

    private static void show(Pager pager, Layout layout, String... calls) {
        for (String call : calls) {
            String outcome = "nothing";
            try {
                CALLS.get(call).accept(new Attempt(pager, layout));
            } catch (PagerIoException e) {
                assertThat(e).hasMessageContainingAll(
                        call.contains("regular") ? "stored into a regular page"
                                : "protected page " + layout.badProtected,
                        "could not be read")
                        .hasCauseInstanceOf(IOException.class).hasRootCauseInstanceOf(InternalError.class);
                outcome = "PagerIoException";
            } catch (RuntimeException | InternalError e) {
                outcome = e.toString().startsWith("java.lang.InternalError") ? "InternalError" : e.toString();
            }
            System.out.println(call + ": " + outcome + ", " + pager.state());
        }
    }

    /** The same on a disk, where the system itself reports the error: to reads, and to mapped memory. */
    @Test
    void aBadBlockOfARealDiskIsTheTroubleOfItsPageOnly() throws IOException {
        Optional<ShortDisk> possible = ShortDisk.in(files.directory(), 32 << 20);
        assumeTrue(possible.isPresent(), "no loop device with ext4 can be made here (not root on Linux?)");
        try (ShortDisk disk = possible.get()) {
            Path path = disk.directory().resolve("pages");
            Layout layout;
            try (Pager pager = Pager.create(path, 12)) {
                layout = Layout.of(pager);
            }
            long bad = Pages.filledWith(new RawPageFile(path), BAD).getLast();
            assumeTrue(disk.loseFrom(block(MIDDLE)), "the page was not found on the disk");
            assumeTrue(isReadable(path, layout.soundRegular) && !isReadable(path, bad),
                    "this system reads something past the end of a loop device's file");
            List<Object> arguments = new ArrayList<>(List.of(path));
            arguments.addAll(layout.numbers());

            try (ChildJvm process = ChildJvm.start(OnShortDisk.class, arguments.toArray())) {
                assertThat(process.readToEnd()).containsExactly(
                        "use of the bad regular page: InternalError, OPEN",
                        "read of the bad page: PagerIoException, OPEN",
                        "write of the bad page: PagerIoException, OPEN",
                        "read of the sound page: nothing, OPEN",
                        "write of the sound page: nothing, OPEN",
                        "alloc and free: nothing, OPEN",
                        "verify finds [" + bad + "]",
                        "reopen: nothing, OPEN",
                        "read of the bad page: PagerIoException, OPEN",
                        "read of the sound page: nothing, OPEN",
                        "write of the sound page: nothing, OPEN",
                        "free of the bad page: nothing, OPEN",
                        "verify finds []",
                        "exit 0");
            }
        }
    }

    private static boolean isReadable(Path path, long page) {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            file.seek(page * PAGE);
            file.readFully(new byte[PAGE]);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Arguments: the file, whose end cannot be read, and the numbers of pages. */
    static final class OnShortDisk {

        public static void main(String[] args) {
            QuietLog.use();
            Layout layout = Layout.parsed(args, 1);
            try (Pager pager = Pager.open(Path.of(args[0]))) {
                show(pager, layout, "use of the bad regular page", "read of the bad page", "write of the bad page",
                        "read of the sound page", "write of the sound page", "alloc and free");
                showFindings(pager);
                show(pager, layout, "reopen", "read of the bad page", "read of the sound page",
                        "write of the sound page", "free of the bad page");
                showFindings(pager);
            }
        }

        private static void showFindings(Pager pager) {
            System.out.println("verify finds "
                    + pager.verify().findings().stream().map(VerifyReport.Finding::page).toList());
        }
    }

    /** verify() threw at the first content that it could not read, and said nothing of the rest of the file. */
    @Test
    void verifyListsWhatItCannotReadAndGoesOn() {
        FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());
        Pager pager = files.add(files.builder(12).storage(storage).create());
        ProtectedPageId first = filledProtected(pager, 1);
        filledProtected(pager, 2);
        ProtectedPageId last = filledProtected(pager, 3);
        RawPageFile file = new RawPageFile(pager.path());
        List<Long> unreadable = List.of(Pages.filledWith(file, 1).getFirst(), Pages.filledWith(file, 3).getFirst());
        unreadable.forEach(page -> storage.failReadsOf(new ByteRange(page * PAGE, PAGE)));

        VerifyReport report = pager.verify();

        assertThat(report.findings()).extracting(VerifyReport.Finding::page).containsExactlyElementsOf(unreadable);
        assertThat(report.findings()).allMatch(finding -> finding.problem().contains("could not be read"));
        assertThat(report.protectedPages()).isEqualTo(3);
        assertThat(pager.state()).isEqualTo(PagerState.OPEN);
        assertFilled(pager, first, 1); // from memory, as before
        assertFilled(pager, fill(pager, last, 4), 4);
        storage.reset();
        assertThat(pager.verify().findings()).isEmpty();
    }

    /** What opening would not do without is told as a finding, and the rest is checked all the same. */
    @Test
    void verifyTellsThatTheFileWouldNotOpenAndGoesOn() {
        FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());
        Pager pager = files.add(files.builder(12).storage(storage).create());
        filledProtected(pager, 1);
        RawPageFile file = new RawPageFile(pager.path());
        long content = Pages.filledWith(file, 1).getFirst();
        storage.failReadsOf(new ByteRange((long) file.currentMetadata() * PAGE, PAGE));
        storage.failReadsOf(new ByteRange(content * PAGE, PAGE));

        VerifyReport report = pager.verify();

        assertThat(report.findings()).extracting(VerifyReport.Finding::page)
                .containsExactly((long) file.currentMetadata(), content);
        assertThat(report.findings().getFirst().problem()).contains("would not open");
        assertThat(report.protectedPages()).isOne();
        storage.reset();
    }

    /** Where reads fail all over the file, that is no reason to stop; where a write fails, it is. */
    @Test
    void aFailedWriteStillStopsThePager() {
        FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());
        Pager pager = files.add(files.builder(12).storage(storage).create());
        ProtectedPageId id = filledProtected(pager, 1);
        storage.failReadsOf(new ByteRange(0, Long.MAX_VALUE / 2));
        assertFilled(pager, fill(pager, id, 2), 2);

        storage.failNext(Call.WRITE, FaultyStorageProvider.Fault.BEFORE);

        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(() -> fill(pager, id, 3));
        assertThat(pager.state()).isEqualTo(PagerState.UNAVAILABLE);
        storage.reset();
        pager.reopen();
        assertFilled(pager, id, 2);
    }
}
