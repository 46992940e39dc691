package io.mappedpages.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import io.mappedpages.CommitMode;
import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;
import io.mappedpages.ProtectedPageWriter;
import io.mappedpages.WritablePage;
import io.mappedpages.internal.inspect.FileInspector;
import io.mappedpages.internal.inspect.NodeFound;

/** Page files of pages of 2^12 bytes, whole and damaged. */
final class PageFiles {

    static final int PAGE = 1 << 12;
    static final int REGULAR = 5;
    static final int PROTECTED = 3;

    private PageFiles() {
    }

    static Pager create(Path path) {
        return Pager.builder(path).pageSizeLog2(12).initialSize(1 << 20).create();
    }

    /** A file of 256 pages with a journal, closed in order: {@value #REGULAR} regular pages, {@value #PROTECTED} protected ones. */
    static Path closed(Path directory) {
        Path path = directory.resolve("store.pages");
        try (Pager pager = create(path)) {
            fill(pager);
        }
        return path;
    }

    static Path closedWithoutJournal(Path directory) {
        Path path = directory.resolve("plain.pages");
        try (Pager pager = Pager.builder(path).pageSizeLog2(12).initialSize(1 << 20).commitMode(CommitMode.CHECKPOINT)
                .create()) {
            fill(pager);
        }
        return path;
    }

    static void fill(Pager pager) {
        for (PageId id : pager.allocBulk(REGULAR)) {
            try (WritablePage page = pager.write(id)) {
                page.bytes().fill((byte) 'r');
                page.commit();
            }
        }
        for (ProtectedPageId id : pager.allocProtectedBulk(PROTECTED)) {
            write(pager, id, 'p');
        }
    }

    static void write(Pager pager, ProtectedPageId id, char content) {
        try (ProtectedPageWriter page = pager.write(id)) {
            page.bytes().copyFrom(MemorySegment.ofArray(String.valueOf(content).repeat(PAGE).getBytes()));
            page.commit();
        }
    }

    /** What a kill would leave of a file that is open. */
    static Path asKilled(Path open) throws IOException {
        return Files.copy(open, open.resolveSibling("killed.pages"));
    }

    /** The page of the file that holds the current content of a protected page. */
    static long placeOf(Path file, long id) throws IOException {
        try (FileInspector inspector = FileInspector.open(file)) {
            return inspector.trees(true).entries().stream().filter(entry -> entry.id() == id).findFirst().orElseThrow()
                    .pair().activePage();
        }
    }

    /** The page of the file that holds the leaf of the directory. */
    static long directoryLeaf(Path file) throws IOException {
        try (FileInspector inspector = FileInspector.open(file)) {
            return inspector.trees(false).nodes().stream()
                    .filter(node -> node.tree() == NodeFound.Tree.DIRECTORY && node.level() == 0).findFirst()
                    .orElseThrow().pair().activePage();
        }
    }

    static void flipByte(Path file, long offset) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(offset);
            int old = bytes.read();
            bytes.seek(offset);
            bytes.write(old ^ 0xFF);
        }
    }

    static void cut(Path file, long length) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.setLength(length);
        }
    }

    static void damageBothSlots(Path file) throws IOException {
        flipByte(file, 20);
        flipByte(file, 512 + 20);
    }

    /** Damages the contents of a protected page. {@return the page of the file that is damaged} */
    static long damageContents(Path file, long id) throws IOException {
        long page = placeOf(file, id);
        flipByte(file, page * PAGE + 100);
        return page;
    }

    /** A file, and what else is in its directory, as it was at one moment. */
    record Untouched(Path file, byte[] bytes, long modified, List<String> neighbours) {

        static Untouched now(Path file) throws IOException {
            try (Stream<Path> all = Files.list(file.getParent())) {
                return new Untouched(file, Files.readAllBytes(file), Files.getLastModifiedTime(file).toMillis(),
                        all.map(path -> path.getFileName().toString()).sorted().toList());
            }
        }

        void check() throws IOException {
            Untouched after = now(file);
            assertThat(after.bytes).isEqualTo(bytes);
            assertThat(after.modified).isEqualTo(modified);
            assertThat(after.neighbours).isEqualTo(neighbours);
        }
    }
}
