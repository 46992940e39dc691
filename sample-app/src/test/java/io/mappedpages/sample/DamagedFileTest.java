package io.mappedpages.sample;

import static io.mappedpages.sample.PageClient.header;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

/** Somebody else writes to the file. */
class DamagedFileTest extends ServiceTest {

    @Test
    void aDamagedProtectedPageIsNotHandedOutAndOthersAre() throws IOException {
        String damaged = header(client.post("/api/protected", bytes("find me here")), "Location");
        String sound = header(client.post("/api/protected", bytes("leave me alone")), "Location");
        overwrite("find me here", "damaged");
        pager.reopen(); // what was written by this process is not checked

        assertProblem(client.get(damaged), Problem.DAMAGED);
        assertProblem(client.put(damaged, bytes("x"), "If-Match", "*"), Problem.DAMAGED);
        assertStatus(client.get(sound), 200);

        assertStatus(client.delete(damaged), 204);
    }

    @Test
    void aFileThatSomebodyTruncatedIs503AndTheServiceLives() throws IOException {
        String page = header(client.post("/api/pages", bytes("a regular page")), "Location");
        byte[] whole = Files.readAllBytes(pager.path());

        truncate(0);
        try {
            assertProblem(client.get(page), Problem.UNAVAILABLE);
            assertProblem(client.put(page, bytes("x")), Problem.UNAVAILABLE);
            assertStatus(client.get("/actuator/health"), 503);
            assertStatus(client.get("/actuator/health/liveness"), 200);
        } finally {
            restore(whole);
        }
        pager.reopen();
        assertThat(client.get(page).body()).startsWith(bytes("a regular page"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void overwrite(String old, String with) throws IOException {
        Path file = pager.path();
        int at = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).indexOf(old);
        assertThat(at).isPositive();
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            bytes.write(bytes(with));
        }
    }

    private void truncate(long length) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(pager.path().toFile(), "rw")) {
            bytes.setLength(length);
        }
    }

    private void restore(byte[] content) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(pager.path().toFile(), "rw")) {
            bytes.write(content);
        }
    }
}
