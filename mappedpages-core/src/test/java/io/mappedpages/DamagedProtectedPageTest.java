package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filledProtected;
import static io.mappedpages.Pages.filledWith;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.zip.CRC32;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;

/** Bytes of a protected page changed behind the pager's back. */
class DamagedProtectedPageTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    /** Each of the pieces in which a large page is checked is looked at, to its last byte. */
    @ParameterizedTest
    @CsvSource({"10, 0", "10, 512", "10, 1023", "16, 0", "16, 16383", "16, 16384", "16, 40000", "16, 65535"})
    void readingOrWritingADamagedPageFailsAndTheOthersStayUsable(int log2, int at) {
        Pager pager = files.create(log2);
        ProtectedPageId damaged = filledProtected(pager, 0x44);
        ProtectedPageId sound = filledProtected(pager, 0x55);
        PageId regular = Pages.filled(pager, 0x66);
        pager.close();
        RawPageFile file = new RawPageFile(pager.path());
        long copy = filledWith(file, 0x44).getFirst();
        file.flip((copy << log2) + at);

        Pager opened = files.open(file.path());

        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(CorruptPageException.class).isThrownBy(() -> opened.read(damaged))
                    .withMessageContainingAll("Protected page " + damaged.number(), file.path().toString())
                    .satisfies(e -> {
                        assertThat(e.page()).isEqualTo(damaged);
                        assertThat(e.physicalPage()).isEqualTo(copy);
                        assertThat(e.path()).isEqualTo(file.path());
                    });
            assertThatExceptionOfType(CorruptPageException.class).isThrownBy(() -> opened.write(damaged));
        }
        assertThat(opened.state()).isEqualTo(PagerState.OPEN);
        assertThat(opened.recovery()).isEmpty();
        assertThat(opened.verify().findings()).singleElement().satisfies(finding -> {
            assertThat(finding.page()).isEqualTo(copy);
            assertThat(finding.problem()).contains("protected page " + damaged.number());
        });
        assertFilled(opened, sound, 0x55);
        assertFilled(opened, fill(opened, sound, 0x56), 0x56);
        assertFilled(opened, fill(opened, regular, 0x67), 0x67);
        assertThat(opened.allocatedProtectedPages()).containsExactly(damaged, sound);

        opened.freeProtected(damaged);

        assertThat(opened.verify().findings()).isEmpty();
        assertFilled(files.openAnew(opened), sound, 0x56);
    }

    @Test
    void theCopyThatIsNotCurrentMayHoldAnything() {
        Pager pager = files.create(10);
        ProtectedPageId id = filledProtected(pager, 0x44);
        fill(pager, id, 0x45);
        pager.close();
        RawPageFile file = new RawPageFile(pager.path());
        file.spoilPage(filledWith(file, 0x44).getFirst());

        Pager opened = files.open(file.path());

        assertFilled(opened, id, 0x45);
        assertFilled(opened, fill(opened, id, 0x46), 0x46);
    }

    /** A user's page may well end in a CRC32 of its own bytes, whose CRC32 is then the same for every page. */
    @Test
    void damageThatLeavesTheCrc32OfThePageAsItWasIsSeen() {
        Pager pager = files.create(10);
        ProtectedPageId id = pager.allocProtected();
        byte[] first = endingInItsOwnCrc(1);
        byte[] second = endingInItsOwnCrc(2);
        try (ProtectedPageWriter page = pager.write(id)) {
            page.byteBuffer().put(first);
            page.commit();
        }
        pager.close();
        RawPageFile file = new RawPageFile(pager.path());
        files.damaged(file.path());
        for (long at = 0; at < file.length(); at += 1024) {
            if (Arrays.equals(file.read(at, 1024), first)) {
                file.write(at, second);
            }
        }

        Pager opened = files.open(file.path());

        assertThatExceptionOfType(CorruptPageException.class).isThrownBy(() -> opened.read(id));
    }

    private static byte[] endingInItsOwnCrc(int value) {
        CRC32 crc = new CRC32();
        byte[] bytes = new byte[1024];
        Arrays.fill(bytes, 0, 1020, (byte) value);
        crc.update(bytes, 0, 1020);
        for (int i = 0; i < Integer.BYTES; i++) {
            bytes[1020 + i] = (byte) (crc.getValue() >>> i * Byte.SIZE);
        }
        return bytes;
    }
}
