package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.mappedpages.testing.LoopDisk;
import io.mappedpages.testing.QuietLog;
import io.mappedpages.testing.TemporaryMount;

/** What a commit has acknowledged is on the disk at that moment, whatever the file system. */
@Timeout(120)
class DurableOnRealFileSystemsTest {

    private static final int COMMITS = 40;

    @TempDir
    private Path directory;

    DurableOnRealFileSystemsTest() {
        QuietLog.use();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs", "btrfs"})
    void everythingAcknowledgedIsOnADiskThatIsCopiedRightAfter(String fileSystem) throws IOException {
        long smallest = fileSystem.equals("ext4") ? 64 : 320;
        String force = fileSystem.equals("ext4") ? "-F" : "-f";
        try (LoopDisk disk = LoopDisk.make(directory, fileSystem, smallest, "-q", force)) {
            assertNothingIsLost(disk.mountPoint().resolve("pages"), disk, "pages");
        }
    }

    /**
     * In a container without a volume, files are on an overlay. Writing a range there was taken for done when the overlay had
     * said so, but it had looked at its own, empty, mapping of the file: after 407 acknowledged commits the disk had 2.
     */
    @Test
    void everythingAcknowledgedIsOnTheDiskBelowAnOverlay() throws IOException {
        try (LoopDisk disk = LoopDisk.make(directory, "ext4", 64, "-q", "-F")) {
            assertNothingIsLost(disk.overlay().resolve("pages"), disk, "upper/pages");
        }
    }

    /** The file comes from an image's lower layer, and is copied up, as another file, when it is opened. */
    @Test
    void aFileFromALowerLayerIsOpened() throws IOException {
        try (LoopDisk disk = LoopDisk.make(directory, "ext4", 64, "-q", "-F")) {
            Path merged = disk.overlay();
            Path path = disk.mountPoint().resolve("lower/pages");
            Pager.create(path, 12).close();
            try (Pager pager = Pager.open(merged.resolve("pages"))) {
                pager.free(pager.alloc());
            }
        }
    }

    private static void assertNothingIsLost(Path path, LoopDisk disk, String nameOnDisk) throws IOException {
        Map<PageId, Integer> regular = new TreeMap<>((a, b) -> Long.compare(a.number(), b.number()));
        Map<ProtectedPageId, Integer> protectedPages = new TreeMap<>((a, b) -> Long.compare(a.number(), b.number()));
        Path copy;
        try (Pager pager = Pager.builder(path).pageSizeLog2(12).initialSize(8 << 20).create()) {
            for (int i = 0; i < COMMITS; i++) {
                regular.put(Pages.filled(pager, i), i);
                protectedPages.put(Pages.filledProtected(pager, i), i);
            }
            copy = disk.mountCopy().resolve(nameOnDisk);
            pager.alloc(); // which the copy must not have: it is a disk of its own
        }
        try (Pager pager = Pager.open(copy)) {
            assertThat(pager.verify().isSound()).isTrue();
            assertThat(pager.allocatedPages()).containsExactlyElementsOf(regular.keySet());
            regular.forEach((id, value) -> Pages.assertFilled(pager, id, value));
            protectedPages.forEach((id, value) -> Pages.assertFilled(pager, id, value));
        }
    }

    @Test
    void aFileInMemoryIsAFileToo() {
        try (TemporaryMount mount = TemporaryMount.at(directory.resolve("memory"), 32 << 20).orElse(null)) {
            assumeTrue(mount != null, "cannot mount a tmpfs (not root on Linux?)");
            Path path = mount.directory().resolve("pages");
            List<ProtectedPageId> ids = new ArrayList<>();
            try (Pager pager = Pager.create(path, 12)) {
                for (int i = 0; i < COMMITS; i++) {
                    ids.add(Pages.filledProtected(pager, i));
                }
            }
            try (Pager pager = Pager.open(path)) {
                for (int i = 0; i < COMMITS; i++) {
                    Pages.assertFilled(pager, ids.get(i), i);
                }
                assertThat(pager.verify().isSound()).isTrue();
            }
            assertThat(Files.exists(path)).isTrue();
        }
    }
}
