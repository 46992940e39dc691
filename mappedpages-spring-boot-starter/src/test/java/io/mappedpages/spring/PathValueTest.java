package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.condition.OS.WINDOWS;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code mappedpages.path=file:/data/x} and {@code ~/x} made directories named {@code file:} and {@code ~} below the
 * working directory, without a word.
 */
class PathValueTest {

    @ParameterizedTest
    @ValueSource(strings = {"store.pages", "./data/store.pages", "../x", "/data/my store", "data/a:b", "./~x", "./a:b",
        "./$HOME", "a~b", "100%", "C:x", "it's"})
    void aPlainPathIsTakenAsItIs(String value) throws Exception {
        assertThat(PathValue.parse(value)).isEqualTo(Path.of(value));
    }

    @DisabledOnOs(WINDOWS)
    @ParameterizedTest
    @CsvSource({"file:/data/x, /data/x", "file:///data/x, /data/x", "FILE:/data/x, /data/x",
        "file:/my%20data/x, /my data/x", "file:/data/b%C3%BCcher, /data/bücher"})
    void aFileAddressIsUnderstood(String value, String path) throws Exception {
        assertThat(PathValue.parse(value)).isEqualTo(Path.of(path));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            file:x                 | write a plain path: 'x'
            file:./data/x          | write a plain path: './data/x'
            file:~/x               | write a plain path: '~/x'
            file:                  | write a plain path: 'store.pages'
            file://server/data/x   | no address of a file of this machine
            file:/data/my store    | no address of a file of this machine
            file:/data/100%        | no address of a file of this machine
            file:/data/x?y=z       | no address of a file of this machine
            classpath:store.pages  | 'classpath:' is neither
            classpath*:store.pages | 'classpath*:' is neither
            jar:file:/x.jar!/x     | 'jar:' is neither
            https://host/x         | 'https:' is neither
            optional:file:/x       | 'optional:' is neither
            data:2026.pages        | './data:2026.pages'
            ~someone/x             | Write the directory out
            ~x.pages               | './~x.pages'
            ${DATA_DIR}/x          | no value
            /data/${DATA}/x        | no value
            $HOME/x                | ${HOME}
            $DATA                  | ${DATA}
            %APPDATA%/x            | ${APPDATA}
            "/data/x"              | without
            '/data/x'              | without
            """)
    void whatIsHardlyMeantAsAPathIsRefusedWithWhatToWrite(String value, String reason) {
        assertThatExceptionOfType(PathValue.Refused.class).isThrownBy(() -> PathValue.parse(value))
                .withMessageContaining(reason);
    }

    @Test
    void aTildeIsRefusedWithTheHomeDirectoryToWriteInstead() {
        assertThatExceptionOfType(PathValue.Refused.class).isThrownBy(() -> PathValue.parse("~/data/x"))
                .withMessageContaining("'" + System.getProperty("user.home") + "/data/x'")
                .withMessageContaining("'${user.home}/data/x'");
        assertThatExceptionOfType(PathValue.Refused.class).isThrownBy(() -> PathValue.parse("~"))
                .withMessageContaining("'" + System.getProperty("user.home") + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {" /data/x", "/data/x ", "/data/x\t"})
    void whiteSpaceAroundItIsRefused(String value) {
        assertThatExceptionOfType(PathValue.Refused.class).isThrownBy(() -> PathValue.parse(value))
                .withMessageContaining("Write '/data/x'");
    }
}
