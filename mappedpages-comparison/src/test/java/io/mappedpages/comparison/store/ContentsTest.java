package io.mappedpages.comparison.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ContentsTest {

    @Test
    void aWholeValueTellsItsVersion() {
        assertThat(Contents.versionOf(Contents.of(12, 34), 12)).isEqualTo(34);
    }

    @Test
    void aValueOfWhichAnyByteIsAnotherIsFoundOut() {
        for (int at = 0; at < Contents.SIZE; at++) {
            byte[] value = Contents.of(12, 34);
            value[at]++;
            assertThatThrownBy(() -> Contents.versionOf(value, 12)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void halfOfOneVersionAndHalfOfAnotherIsFoundOut() {
        byte[] torn = Contents.of(12, 34);
        System.arraycopy(Contents.of(12, 35), 0, torn, 0, 2048);

        assertThatThrownBy(() -> Contents.versionOf(torn, 12)).hasMessageContaining("not whole at 2048");
    }
}
