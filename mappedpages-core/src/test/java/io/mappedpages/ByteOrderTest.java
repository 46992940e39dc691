package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.testing.PageFiles;

/**
 * What is stored through one view of a page is read through the other. Segments used the order of the machine and buffers
 * Java's default, which is the opposite one: numbers came back swapped.
 */
class ByteOrderTest {

    private static final ValueLayout.OfLong LITTLE = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long NUMBER = 0x0102_0304_0506_0708L;

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    @Test
    void aRegularPageHasOneByteOrder() {
        Pager pager = files.create(10);
        PageId id = pager.alloc();
        try (WritablePage page = pager.write(id)) {
            storeBothWays(page);
        }
        try (MappedPage page = pager.read(id)) {
            assertReadBothWays(page);
        }
    }

    @Test
    void aProtectedPageHasOneByteOrder() {
        Pager pager = files.create(10);
        ProtectedPageId id = pager.allocProtected();
        try (ProtectedPageWriter page = pager.write(id)) {
            storeBothWays(page);
            page.commit();
        }
        try (MappedPage page = pager.read(id)) {
            assertReadBothWays(page);
        }
    }

    private static void storeBothWays(PageWriter page) {
        page.byteBuffer().putLong(0, NUMBER);
        page.bytes().set(LITTLE, 8, NUMBER);
        assertThat(page.byteBuffer().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        assertThat(page.bytes().get(LITTLE, 0)).isEqualTo(NUMBER);
        assertThat(page.byteBuffer().getLong(8)).isEqualTo(NUMBER);
    }

    private static void assertReadBothWays(MappedPage page) {
        assertThat(page.byteBuffer().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        assertThat(page.bytes().get(LITTLE, 0)).isEqualTo(NUMBER);
        assertThat(page.byteBuffer().getLong(8)).isEqualTo(NUMBER);
        assertThat(page.bytes().get(ValueLayout.JAVA_BYTE, 0)).as("least significant byte first").isEqualTo((byte) 8);
        assertThat(page.bytes().get(ValueLayout.JAVA_BYTE, 8)).isEqualTo((byte) 8);
    }
}
