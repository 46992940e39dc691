package io.mappedpages.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** The actuator endpoint {@code mappedpages} of an application. */
final class Endpoint {

    private static final String PATH = "/actuator/mappedpages";
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;

    private final URI url;
    private final Map<String, String> headers;
    private final HttpClient client;

    Endpoint(URI url, Map<String, String> headers) {
        this.url = complete(url);
        this.headers = headers;
        this.client = HttpClient.newBuilder().connectTimeout(PATIENCE).followRedirects(HttpClient.Redirect.NORMAL)
                .build();
    }

    /** Of an application that is only named, the endpoint is where Boot has it. */
    private static URI complete(URI url) {
        String scheme = url.getScheme();
        if (scheme == null || !scheme.startsWith("http") || url.getHost() == null) {
            throw new CliException(ExitCodes.USAGE, "'" + url + "' is no URL of an application. "
                    + "Say http://localhost:8080, or the endpoint, http://localhost:8080" + PATH + ".");
        }
        String path = url.getPath();
        return path == null || path.isEmpty() || path.equals("/") ? url.resolve(PATH) : url;
    }

    /**
     * What the endpoint says.
     *
     * @param pagers by name
     */
    record Said(@Nullable Map<String, Status> pagers) {
    }

    /** What it says of a pager; null is not told in this state, or of one that only reads. */
    record Status(@Nullable String path, String state, int pageSize, @Nullable Long pages, @Nullable Long free,
            @Nullable Long protectedPages, @Nullable Long limit, @Nullable String failure,
            @Nullable Counters counters) {

        boolean isOpen() {
            return state.equals("Open");
        }
    }

    /** What it counts. */
    record Counters(long generation, @Nullable Long recordsSinceCheckpoint, @Nullable Long fileBytes,
            @Nullable Long borrows, @Nullable Long borrowWaits, @Nullable Long borrowTimeouts) {
    }

    /**
     * An answer, and when it came.
     *
     * @param url    who answered
     * @param pagers by name
     * @param nanos  when
     */
    record Answer(URI url, Map<String, Status> pagers, long nanos) {

        /** {@return the name of the pager that is meant} */
        String requireName(@Nullable String wanted) {
            if (wanted == null && pagers.size() == 1) {
                return pagers.keySet().iterator().next();
            }
            if (wanted == null) {
                throw new CliException(pagers.isEmpty() ? ExitCodes.FAILED : ExitCodes.USAGE, pagers.isEmpty()
                        ? url + ": the application has no pager."
                        : "Which pager? Say --pager NAME; there are " + names() + ".");
            }
            if (!pagers.containsKey(wanted)) {
                throw new CliException(ExitCodes.FAILED,
                        url + ": there is no pager '" + wanted + "'; there are " + names() + ".");
            }
            return wanted;
        }

        private String names() {
            return String.join(", ", pagers.keySet());
        }

        Status status(String name) {
            Status status = pagers.get(name);
            if (status == null) {
                throw new CliException(ExitCodes.FAILED, url + ": the pager '" + name + "' is gone.");
            }
            return status;
        }

        /** {@return generations a second, which is a little more than commits: checkpoints have numbers, too} */
        @Nullable Double commitsPerSecondSince(Answer before, String name) {
            Status then = before.pagers.get(name);
            Counters now = status(name).counters();
            Counters earlier = then == null ? null : then.counters();
            if (now == null || earlier == null || nanos <= before.nanos || now.generation < earlier.generation) {
                return null;
            }
            return (now.generation - earlier.generation) * 1e9 / (nanos - before.nanos);
        }
    }

    /** {@return what the endpoint says now} */
    Answer ask() throws InterruptedException {
        HttpResponse<String> response;
        try {
            response = client.send(request(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (HttpTimeoutException e) {
            throw new CliException(ExitCodes.FAILED, url + " did not answer within " + PATIENCE.toSeconds()
                    + " s. Is the application in order?", e);
        } catch (ConnectException e) {
            throw new CliException(ExitCodes.FAILED,
                    url + ": nobody listens there. Check the URL, and whether the application runs.",
                    e);
        } catch (IOException e) {
            throw new CliException(ExitCodes.FAILED, url + ": no answer (" + e.getMessage() + ").", e);
        }
        return answer(response);
    }

    private HttpRequest request() {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(url).timeout(PATIENCE).header("Accept",
                    "application/json");
            headers.forEach(request::setHeader);
            return request.build();
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCodes.USAGE, "That cannot be asked: " + e.getMessage() + ".", e);
        }
    }

    private Answer answer(HttpResponse<String> response) {
        switch (response.statusCode()) {
            case OK -> {
                // read below
            }
            case UNAUTHORIZED, FORBIDDEN -> throw new CliException(ExitCodes.FAILED, url + " wants a login ("
                    + response.statusCode() + "). Give one with -H 'Authorization=...'.");
            case NOT_FOUND -> throw new CliException(ExitCodes.FAILED, url + ": there is no such endpoint (404). "
                    + "Is it exposed (management.endpoints.web.exposure.include=mappedpages), and has the path a prefix?");
            default -> throw new CliException(ExitCodes.FAILED, url + " answers with " + response.statusCode() + ".");
        }
        try {
            Map<String, Status> pagers = JsonOption.mapper().readValue(response.body(), Said.class).pagers();
            if (pagers == null) {
                throw noPagers(null);
            }
            return new Answer(url, pagers, System.nanoTime());
        } catch (JacksonException e) {
            throw noPagers(e);
        }
    }

    private CliException noPagers(@Nullable Throwable cause) {
        return new CliException(ExitCodes.FAILED, url + " answers, but not as the endpoint 'mappedpages' does. "
                + "Say its whole URL, .../actuator/mappedpages.", cause);
    }
}
