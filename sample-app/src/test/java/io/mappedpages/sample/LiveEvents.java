package io.mappedpages.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Predicate;

import com.jayway.jsonpath.JsonPath;

/** A browser that watches, reduced to its connection. */
final class LiveEvents implements AutoCloseable {

    private final Socket socket;
    private final BufferedReader lines;

    LiveEvents(int port, String query) throws IOException {
        socket = new Socket("localhost", port);
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write(("GET /api/live" + query + " HTTP/1.1\r\nHost: localhost\r\n"
                + "Accept: text/event-stream\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    /** The first line of the answer. */
    String answer() throws IOException {
        return lines.readLine();
    }

    /** Waits for an event. */
    Map<String, Object> next(String name) throws IOException {
        return next(name, _ -> true);
    }

    /** Waits for an event that is of interest. */
    Map<String, Object> next(String name, Predicate<Map<String, Object>> wanted) throws IOException {
        boolean named = false;
        while (true) {
            String line = lines.readLine();
            if (line == null) {
                throw new IOException("the stream has ended");
            }
            if (line.startsWith("event:")) {
                named = line.equals("event:" + name);
            } else if (named && line.startsWith("data:")) {
                Map<String, Object> event = JsonPath.read(line.substring("data:".length()), "$");
                if (wanted.test(event)) {
                    return event;
                }
            }
        }
    }

    /** Waits until the server ends the stream. */
    void awaitEnd() throws IOException {
        while (lines.readLine() != null) {
            // more
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
