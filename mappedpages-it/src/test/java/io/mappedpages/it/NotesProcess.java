package io.mappedpages.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The application, running. */
final class NotesProcess implements AutoCloseable {

    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

    private final Process process;
    private final Path log;
    private final HttpClient client = HttpClient.newHttpClient();
    private int port;

    private NotesProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts it in a directory, and waits until it listens. */
    static NotesProcess start(Path directory, Path log, List<String> command) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("-Xmx256m"));
        arguments.addAll(command);
        arguments.add("--server.port=0");
        NotesProcess started = new NotesProcess(Jvm.start(directory, log, arguments), log);
        try {
            started.awaitPort();
            return started;
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            started.close();
            throw e;
        }
    }

    private void awaitPort() throws IOException, InterruptedException {
        Instant deadline = Instant.now().plus(Jvm.PATIENCE);
        while (true) {
            boolean ended = process.waitFor(20, TimeUnit.MILLISECONDS);
            Matcher line = PORT.matcher(log());
            if (line.find()) {
                port = Integer.parseInt(line.group(1));
                return;
            }
            if (ended || Instant.now().isAfter(deadline)) {
                throw new AssertionError("the application does not start:\n" + log());
            }
        }
    }

    /** {@return all that it has said so far} */
    String log() throws IOException {
        return Files.readString(log);
    }

    /** {@return the number of a note that is stored now} */
    String keep(String note) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(
                request("/notes").header("Content-Type", "text/plain").POST(BodyPublishers.ofString(note)).build(),
                BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new AssertionError("not kept, " + answer.statusCode() + ": " + answer.body() + "\n" + log());
        }
        return answer.body();
    }

    String note(String number) throws IOException, InterruptedException {
        return get("/notes/" + number).body();
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).timeout(Jvm.PATIENCE);
    }

    /** As {@code kill -9} does: the process gets no chance to finish anything. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** As {@code kill} does: the process finishes what it is at. {@return what it ended with} */
    int stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(Jvm.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("it does not end");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        client.close();
    }
}
