package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.testing.ChildJvm;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.Seed;

/** A file of a terabyte in a JVM with a heap of 64 MiB. */
class SmallHeapTest {

    private static final long BYTES = 1L << 40;
    private static final int BULK = 1_000_000;
    private static final int LOOKS = 100_000;

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    /** The other JVM: opens the file, fills it with allocated pages, looks at pages all over it, says so. */
    public static final class Child {

        private Child() {
        }

        public static void main(String[] arguments) {
            Path path = Path.of(arguments[0]);
            Random random = new Random(Long.parseLong(arguments[1]));
            try (Pager pager = Pager.builder(path).initialSize(BYTES).reserve(false).create()) {
                while (pager.freePageCount() > 2 * BULK) {
                    pager.allocBulk(BULK);
                }
                int seen = look(pager, random);
                pager.reopen();
                seen += look(pager, random);
                for (int i = 0; i < 50; i++) {
                    pager.free(anyPage(pager, random));
                    pager.allocProtected();
                }
                System.out.println(seen + " of " + pager.pageCount() + " pages seen");
            }
        }

        /** Most of these pages are the first that is looked at in their 256, and most leaves of the map are needed. */
        private static int look(Pager pager, Random random) {
            int seen = 0;
            for (int i = 0; i < LOOKS; i++) {
                try (MappedPage page = pager.read(anyPage(pager, random))) {
                    seen += page.size() == pager.pageSize() ? 1 : 0;
                }
            }
            return seen;
        }

        private static PageId anyPage(Pager pager, Random random) {
            while (true) {
                PageId id = new PageId(random.nextLong(pager.pageCount() - 2 * BULK));
                try (MappedPage _ = pager.read(id)) {
                    return id;
                } catch (ReservedPageException e) {
                    // the file's own pages lie between the users'
                }
            }
        }
    }

    @Test
    @Timeout(300)
    void aTerabyteCanBeUsedAllOver() {
        long seed = Seed.next();
        Seed.named(seed, () -> {
            try (ChildJvm child = ChildJvm.startWithHeap("64m", Child.class, files.path(), seed)) {
                assertThat(child.readToEnd()).containsExactly(
                        2 * LOOKS + " of " + (BYTES >> 12) + " pages seen", "exit 0");
            }
        });
    }

    /** The other JVM: opens a file and says what is in its page. */
    public static final class Opening {

        private Opening() {
        }

        public static void main(String[] arguments) {
            try (Pager pager = Pager.open(Path.of(arguments[0]));
                    MappedPage page = pager.read(new ProtectedPageId(Long.parseLong(arguments[1])))) {
                System.out.println("record " + page.bytes().get(ValueLayout.JAVA_INT, 0));
            }
        }
    }

    @Test
    void aLongJournalIsNotReadIntoMemoryAtOnce() {
        int records = 500;
        Pager pager = files.add(files.builder(12).initialSize(100 << 20).journalSize(32 << 20).reserve(false).create());
        ProtectedPageId id = pager.allocProtected();
        for (int i = 1; i <= records; i++) {
            try (ProtectedPageWriter page = pager.write(id)) {
                page.bytes().set(ValueLayout.JAVA_INT, 0, i);
                page.commit();
            }
        }
        assertThat(pager.stats().recordsSinceCheckpoint()).isGreaterThanOrEqualTo(records);
        try (ChildJvm child = ChildJvm.startWithHeap("32m", Opening.class, files.copyOf(pager), id.number())) {
            assertThat(child.readToEnd()).containsExactly("record " + records, "exit 0");
        }
    }
}
