package io.mappedpages.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

import com.jayway.jsonpath.JsonPath;
import org.jspecify.annotations.Nullable;

/** A client of the service as anybody could write it: HTTP and bytes. Any thread may call anything. */
final class PageClient implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String server;

    PageClient(int port) {
        server = "http://localhost:" + port;
    }

    HttpResponse<byte[]> get(String path, String... headers) {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    HttpResponse<byte[]> head(String path, String... headers) {
        return send("HEAD", path, BodyPublishers.noBody(), headers);
    }

    HttpResponse<byte[]> post(String path, byte @Nullable [] body, String... headers) {
        return send("POST", path, publisher(body), headers);
    }

    HttpResponse<byte[]> put(String path, byte @Nullable [] body, String... headers) {
        return send("PUT", path, publisher(body), headers);
    }

    HttpResponse<byte[]> delete(String path, String... headers) {
        return send("DELETE", path, BodyPublishers.noBody(), headers);
    }

    private static BodyPublisher publisher(byte @Nullable [] body) {
        return body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body);
    }

    /** Sends a request, with a body as bytes unless the headers say otherwise. */
    HttpResponse<byte[]> send(String method, String path, BodyPublisher body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(path.startsWith("/") ? server + path : path))
                .method(method, body)
                .timeout(PATIENCE);
        if (body.contentLength() != 0) {
            request.setHeader("Content-Type", "application/octet-stream");
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        try {
            return http.send(request.build(), BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new NoAnswerException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The only value of a header that must be there. */
    static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name)
                .orElseThrow(() -> new AssertionError("no " + name + ": " + response));
    }

    static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    /** What the server complains of, if it does. */
    static String problem(HttpResponse<byte[]> response) {
        return response.statusCode() < 400 ? "" : text(response);
    }

    static Map<String, Object> json(HttpResponse<byte[]> response) {
        return JsonPath.read(text(response), "$");
    }

    @Override
    public void close() {
        http.close();
    }

    /** Thrown when the connection broke: the request may or may not have been carried out. */
    static final class NoAnswerException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NoAnswerException(IOException cause) {
            super(cause);
        }
    }
}
