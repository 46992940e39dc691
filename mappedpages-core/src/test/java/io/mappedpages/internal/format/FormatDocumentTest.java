package io.mappedpages.internal.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

import org.junit.jupiter.api.Test;

/** The document promises bytes; these are the bytes. */
class FormatDocumentTest {

    private static final String DOCUMENT = "docs/file-format.md";
    private static final int LINE = 16;

    private static final Geometry GEOMETRY = Geometry.ofLog2(12);
    private static final FileId ID = FileId.read(TestBytes.HEX.parseHex("5eed0f1e4ab1c0de8badf00dcafe1234"), 0);

    /** Metadata page A of a new file of four pages, as the document's example has it. */
    private static MetadataPage metadata() {
        MetadataPage page = MetadataPage.blank(GEOMETRY, ID);
        page.pageCount(4);
        page.freeCount(1);
        return page;
    }

    @Test
    void theWorkedExampleIsWhatTheEncoderWrites() throws IOException {
        MetadataPage metadata = metadata();
        Sums sums = metadata.seal(1);
        SuperblockSlot slot = new SuperblockSlot(12, 0, 1, sums, 0, 0, 0, ID);
        String document = Files.readString(document());

        for (String line : dump(0, slot.encode(), 0, SuperblockSlot.BYTES)) {
            assertThat(document).contains(line);
        }
        for (String line : dump(GEOMETRY.offsetOf(1), metadata.bytes(), 0, 64)) {
            assertThat(document).contains(line);
        }
        for (String line : dump(GEOMETRY.offsetOf(1), metadata.bytes(), 160, 208)) {
            assertThat(document).contains(line);
        }
        for (String line : dump(GEOMETRY.offsetOf(1), metadata.bytes(), 4096 - LINE, 4096)) {
            assertThat(document).contains(line);
        }
    }

    @Test
    void theTableOfGeometriesIsWhatTheLibraryCalculates() throws IOException {
        String document = Files.readString(document());

        for (int log2 : new int[] {10, 12, 14, 16, 30}) {
            Geometry geometry = Geometry.ofLog2(log2);
            assertThat(document).contains(String.format(Locale.ROOT, " | %,d | %,d | %,d | %,d | %d | %d |",
                    geometry.nodeSize(), geometry.inlineStates(), geometry.statesPerLeaf(), geometry.pairsPerNode(),
                    geometry.maxMapHeight(), geometry.maxDirectoryHeight()));
        }
    }

    /** Tests run in the module's directory, or in the project's. */
    private static Path document() {
        Path inModule = Path.of("..", DOCUMENT);
        return Files.exists(inModule) ? inModule : Path.of(DOCUMENT);
    }

    private static String[] dump(long base, byte[] bytes, int from, int to) {
        String[] lines = new String[(to - from) / LINE];
        for (int i = 0; i < lines.length; i++) {
            StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%08x ", base + from + i * LINE));
            for (int at = from + i * LINE; at < from + (i + 1) * LINE; at++) {
                line.append(at % 8 == 0 ? " " : "").append(String.format(Locale.ROOT, "%02x ", bytes[at]));
            }
            lines[i] = line.toString().strip();
        }
        return lines;
    }

    /** Prints the example, for whoever has to change the document. */
    public static void main(String[] args) {
        MetadataPage metadata = metadata();
        SuperblockSlot slot = new SuperblockSlot(12, 0, 1, metadata.seal(1), 0, 0, 0, ID);
        for (String line : dump(0, slot.encode(), 0, SuperblockSlot.BYTES)) {
            System.out.println(line);
        }
        for (String line : dump(GEOMETRY.offsetOf(1), metadata.bytes(), 0, 208)) {
            System.out.println(line);
        }
        System.out.println(dump(GEOMETRY.offsetOf(1), metadata.bytes(), 4096 - LINE, 4096)[0]);
        System.out.println(metadata.sums());
    }
}
