package io.mappedpages.internal.format;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FileIdTest {

    @Test
    void printsItsBytesInTheOrderOfTheFile() {
        byte[] bytes = TestBytes.HEX.parseHex("ff000102030405060708090a0b0c0d0e0f");

        FileId id = FileId.read(bytes, 1);

        assertThat(id).hasToString("000102030405060708090a0b0c0d0e0f");
    }

    @Test
    void isWrittenAsItWasRead() {
        byte[] bytes = new byte[18];

        FileId.read(TestBytes.HEX.parseHex("f00102030405060708090a0b0c0d0e0f"), 0).write(bytes, 1);

        assertThat(TestBytes.hex(bytes, 0, 18)).isEqualTo("00f00102030405060708090a0b0c0d0e0f00");
    }

    @Test
    void twoRandomOnesDiffer() {
        assertThat(FileId.random()).isNotEqualTo(FileId.random());
    }
}
