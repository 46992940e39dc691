package io.mappedpages.internal.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

import org.junit.jupiter.api.Test;

/** The document's example of a record is one: its sums, lengths and places fit, as somebody with a calculator finds. */
class FormatDocumentRecordTest {

    private static final String DOCUMENT = "docs/file-format.md";
    private static final String HEADING = "### A record\n";
    private static final int PAGE = 4096;
    private static final int RECORD = 0x9000;
    private static final int METADATA = 0x2080;
    private static final int SUMS = 8;
    private static final int ENTRIES = 48;
    private static final int COUNTS = 40;
    private static final int STATES = 16;
    private static final int PAIR = ENTRIES + COUNTS + STATES + 16;

    private final String example = example();
    private final ByteBuffer record = dumpFrom(RECORD);
    private final ByteBuffer metadata = dumpFrom(METADATA);

    private static String example() {
        try {
            Path inModule = Path.of("..", DOCUMENT);
            String document = Files.readString(Files.exists(inModule) ? inModule : Path.of(DOCUMENT));
            return document.substring(document.indexOf(HEADING));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The bytes of those lines of the example that follow each other from byte {@code at} of the file on. */
    private ByteBuffer dumpFrom(int at) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Matcher line = Pattern.compile("^([0-9a-f]{8})  ([0-9a-f ]+)$", Pattern.MULTILINE).matcher(example);
        while (line.find()) {
            if (Integer.parseInt(line.group(1), 16) == at + bytes.size()) {
                bytes.writeBytes(TestBytes.HEX.parseHex(line.group(2).replace(" ", "")));
            }
        }
        return ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int sum(Checksum sum, byte[] bytes, int length) {
        sum.update(bytes, 0, length);
        return (int) sum.getValue();
    }

    @Test
    void bothSumsAreThoseOfTheBytesBefore() {
        int end = record.capacity() - SUMS;

        int crc32c = sum(new CRC32C(), record.array(), end);
        int crc32 = sum(new CRC32(), record.array(), end);

        assertThat(record.getInt(end)).isEqualTo(crc32c);
        assertThat(record.getInt(end + Integer.BYTES)).isEqualTo(crc32);
        assertThat(example).contains(named(crc32c) + " | CRC32C of the " + end + " bytes before")
                .contains(named(crc32) + " | CRC32 of the same bytes");
    }

    private static String named(int sum) {
        return String.format(Locale.ROOT, "`0x%08x`", sum);
    }

    @Test
    void theRecordIsAsLongAsItSaysAndItsEntriesFillIt() {
        assertThat(record.getInt(4)).isEqualTo(record.capacity()).isEqualTo(PAIR + 32 + SUMS);
        assertThat(record.getInt(36)).isEqualTo(3);
        assertThat(record.get(ENTRIES)).isEqualTo((byte) 4);
        assertThat(record.get(ENTRIES + COUNTS)).isEqualTo((byte) 1);
        assertThat(record.get(ENTRIES + COUNTS + STATES)).isEqualTo((byte) 2);
    }

    @Test
    void theProtectedPageHasTheSumsOfAPageOfZeros() {
        assertThat(record.getLong(PAIR + 12)).as("generation").isEqualTo(record.getLong(8));
        assertThat(record.getInt(PAIR + 20)).isEqualTo(sum(new CRC32(), new byte[PAGE], PAGE));
        assertThat(record.getInt(PAIR + 24)).isEqualTo(sum(new CRC32C(), new byte[PAGE], PAGE));
        assertThat(record.get(PAIR + 29)).as("in use").isEqualTo((byte) 1);
    }

    @Test
    void theRecordLiesWhereTheMetadataPageSaysAndHasItsSalt() {
        int firstOfA = metadata.getInt(0);
        long position = metadata.getLong(16);

        assertThat(firstOfA * PAGE + position).isEqualTo(RECORD);
        assertThat(metadata.getInt(6) * PAGE + position).isEqualTo(0xd000);
        assertThat(record.getLong(24)).isEqualTo(metadata.getLong(24));
        assertThat(record.getLong(16)).as("record before").isEqualTo(metadata.getLong(40)).isZero();
        assertThat(record.getInt(32)).as("its sum").isEqualTo(metadata.getInt(48)).isZero();
    }
}
