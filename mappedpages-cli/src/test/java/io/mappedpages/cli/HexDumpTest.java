package io.mappedpages.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;

import org.junit.jupiter.api.Test;

/** Bytes in hexadecimal. */
class HexDumpTest {

    private final StringWriter text = new StringWriter();
    private final HexDump dump = new HexDump(new PrintWriter(text));

    @Test
    void equalLinesAreOneStarAlsoFromOnePieceToTheNext() {
        byte[] zeros = new byte[32];
        byte[] last = Arrays.copyOf("The end.".getBytes(), 16);

        dump.print(0x1000, zeros);
        dump.print(0x1020, zeros);
        dump.print(0x1040, last);
        dump.end(0x1050);

        assertThat(text.toString().lines()).containsExactly(
                "0000001000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|", "*",
                "0000001040  54 68 65 20 65 6e 64 2e  00 00 00 00 00 00 00 00  |The end.........|", "0000001050");
    }

    @Test
    void aShortLineIsFilledUp() {
        dump.print(0, new byte[] {'a', (byte) 0xFF});

        assertThat(text.toString().strip()).isEqualTo("0000000000  61 ff" + " ".repeat(3 * 14 + 2) + " |a.|");
    }
}
