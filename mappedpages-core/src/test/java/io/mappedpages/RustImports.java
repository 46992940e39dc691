package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.mappedpages.testing.RustCrateFile;

/** What tests of the import do with files of the Rust crate. */
final class RustImports {

    private RustImports() {
    }

    static byte[] content(Random random, int pageSize) {
        byte[] content = new byte[pageSize];
        random.nextBytes(content);
        return content;
    }

    /** Does so many things to a file, each allowed by the crate. */
    static void live(RustCrateFile file, Random random, int steps) {
        for (int i = 0; i < steps; i++) {
            step(file, random);
        }
    }

    private static void step(RustCrateFile file, Random random) {
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> file.write(file.alloc(), content(random, file.pageSize()));
            case 3 -> file.alloc();
            case 4, 5 -> file.writeProtected(file.allocProtected(), content(random, file.pageSize()));
            case 6 -> {
                if (!file.regular().isEmpty()) {
                    file.free(anyOf(file.regular().keySet(), random));
                }
            }
            case 7 -> {
                if (!file.guarded().isEmpty()) {
                    file.freeProtected(anyOf(file.guarded().keySet(), random));
                }
            }
            default -> {
                if (!file.guarded().isEmpty()) {
                    long id = anyOf(file.guarded().keySet(), random);
                    file.writeProtected(id, content(random, file.pageSize()));
                    file.stage(id, content(random, file.pageSize()));
                }
            }
        }
    }

    private static long anyOf(Iterable<Long> numbers, Random random) {
        List<Long> list = new ArrayList<>();
        numbers.forEach(list::add);
        return list.get(random.nextInt(list.size()));
    }

    /** Fails unless the pager has what the file has, no more and no less. */
    static void assertSame(Pager pager, RustCrateFile file) {
        assertThat(pager.pageSize()).isEqualTo(file.pageSize());
        assertThat(pager.allocatedPages().map(PageId::number)).containsExactlyElementsOf(file.regular().keySet());
        assertThat(pager.allocatedProtectedPages().map(ProtectedPageId::number))
                .containsExactlyElementsOf(file.guarded().keySet());
        file.regular().forEach((number, content) -> {
            try (MappedPage page = pager.read(new PageId(number))) {
                assertThat(page.bytes().toArray(ValueLayout.JAVA_BYTE)).as("page " + number).isEqualTo(content);
            }
        });
        file.guarded().forEach((number, content) -> {
            try (MappedPage page = pager.read(new ProtectedPageId(number))) {
                assertThat(page.bytes().toArray(ValueLayout.JAVA_BYTE)).as("protected page " + number)
                        .isEqualTo(content);
            }
        });
        assertThat(pager.verify().findings()).isEmpty();
    }
}
