package io.mappedpages.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code mappedpages watch}, of an application that answers what it is told to. */
class WatchTest {

    private HttpServer server;
    private final Deque<Answer> answers = new ArrayDeque<>();

    private record Answer(int status, String body) {
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/actuator/mappedpages", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    /** The last answer is given again and again. */
    private void answer(HttpExchange exchange) throws IOException {
        Answer answer = answers.size() > 1 ? answers.pop() : answers.peek();
        byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(answer.status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    private static String pager(String name, String state, long generation) {
        return """
                "%s": {"path": "/data/%s.pages", "state": "%s", "pageSize": 4096, "pages": 512, "free": 377, "protectedPages": 21,
                 "limit": 4096, "counters": {"generation": %d, "recordsSinceCheckpoint": 7, "fileBytes": 2097152, "borrows": 3,
                 "borrowWaits": 11, "borrowTimeouts": 0}, "added": {"later": true}}"""
                .formatted(name, name, state, generation);
    }

    private void says(String... pagers) {
        answers.add(new Answer(200, "{\"pagers\": {" + String.join(",", pagers) + "}}"));
    }

    @Test
    void thereIsALineEachTimeWithCommitsSinceTheOneBefore() {
        says(pager("pager", "Open", 100));
        says(pager("pager", "Open", 150));

        Cli watch = Cli.run("watch", url(), "--count", 2, "--interval", 0.05);

        assertThat(watch.status()).as(watch.err()).isZero();
        List<String> lines = watch.out().lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).isEqualTo("pager, /data/pager.pages");
        assertThat(lines.get(1)).containsSubsequence("time", "state", "commits/s", "pages", "free");
        assertThat(lines.get(2)).matches("\\d\\d:\\d\\d:\\d\\d +Open +512 +377 +21 +7 +3 +11");
        assertThat(lines.get(3)).matches("\\d\\d:\\d\\d:\\d\\d +Open +[\\d,]+ +512 +377 +21 +7 +3 +11");
    }

    @Test
    void inJsonEachLineIsAnObject() {
        says(pager("pager", "Open", 100));
        says(pager("pager", "Open", 200));

        List<JsonNode> lines =
                Cli.run("watch", url() + "/actuator/mappedpages", "--count", 2, "--interval", 0.05, "--json")
                        .out().lines().map(line -> new JsonMapper().readTree(line)).toList();

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0).has("commitsPerSecond")).isFalse();
        assertThat(lines.get(1).at("/commitsPerSecond").asDouble()).isBetween(1.0, 2000.0);
        assertThat(lines.get(1).at("/status/counters/generation").asLong()).isEqualTo(200);
        assertThat(lines.get(1).at("/state").asString()).isEqualTo("Open");
    }

    @Test
    void ofSeveralPagersOneHasToBeNamed() {
        says(pager("orders", "Open", 1), pager("users", "Open", 1));

        Cli unnamed = Cli.run("watch", url(), "--count", 1);
        assertThat(unnamed.status()).isEqualTo(ExitCodes.USAGE);
        assertThat(unnamed.err()).contains("Which pager?", "orders, users");

        Cli named = Cli.run("watch", url(), "--count", 1, "--pager", "users");
        assertThat(named.status()).isZero();
        assertThat(named.out()).contains("users, /data/users.pages");

        Cli misnamed = Cli.run("watch", url(), "--count", 1, "--pager", "user");
        assertThat(misnamed.status()).isEqualTo(ExitCodes.FAILED);
        assertThat(misnamed.err()).contains("no pager 'user'", "orders, users");
    }

    @Test
    void aPagerThatIsNotOpenIsSeenInTheExitStatus() {
        says(pager("pager", "Unavailable", 1));

        Cli watch = Cli.run("watch", url(), "--count", 1);

        assertThat(watch.status()).isEqualTo(ExitCodes.FOUND);
        assertThat(watch.out()).contains("Unavailable");
    }

    @Test
    void whileTheApplicationIsRestartedItGoesOn() {
        says(pager("pager", "Open", 1));
        answers.add(new Answer(503, ""));
        says(pager("pager", "Open", 2));

        Cli watch = Cli.run("watch", url(), "--count", 3, "--interval", 0.05);

        assertThat(watch.status()).isZero();
        assertThat(watch.err()).contains("answers with 503");
        assertThat(watch.out().lines().filter(line -> line.contains("Open"))).hasSize(2);
    }

    @Test
    void whoDoesNotAnswerLikeTheEndpointIsToldSo() {
        answers.add(new Answer(200, "<html>hello</html>"));
        assertFailed("not as the endpoint");
        answers.clear();
        answers.add(new Answer(200, "{\"status\": \"UP\"}"));
        assertFailed("not as the endpoint");
        answers.clear();
        answers.add(new Answer(404, ""));
        assertFailed("no such endpoint (404)");
        answers.clear();
        answers.add(new Answer(401, ""));
        assertFailed("wants a login (401)");
        server.stop(0);
        assertFailed("nobody listens there");
    }

    private void assertFailed(String why) {
        Cli watch = Cli.run("watch", url(), "--count", 2, "--interval", 0.05);
        assertThat(watch.status()).isEqualTo(ExitCodes.FAILED);
        assertThat(watch.out()).isEmpty();
        assertThat(watch.err()).startsWith("mappedpages: " + url()).contains(why);
        assertThat(watch.err().lines()).hasSize(1);
    }

    @Test
    void whatIsNoUrlIsWrongUse() {
        assertThat(Cli.run("watch", "store.pages").status()).isEqualTo(ExitCodes.USAGE);
        assertThat(Cli.run("watch", "store.pages").err()).contains("no URL of an application");
        assertThat(Cli.run("watch", url(), "--count", 0).status()).isEqualTo(ExitCodes.USAGE);
    }
}
