package io.mappedpages.sample;

import java.net.URI;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/** What can go wrong, as clients see it: a status, and a type that programs can rely on (RFC 9457). */
public enum Problem {

    /** An id in the address. */
    NOT_A_NUMBER(HttpStatus.BAD_REQUEST, "not-a-number", "The page's id is not a whole number"),
    /** A number in the request. */
    OUT_OF_RANGE(HttpStatus.BAD_REQUEST, "out-of-range", "A number in the request is not in its range"),
    /** An empty body. */
    NO_CONTENT(HttpStatus.BAD_REQUEST, "no-content", "There is nothing in the request to be stored"),
    /** {@code Content-Range}. */
    PARTIAL_CONTENT(HttpStatus.BAD_REQUEST, "partial-content", "A page is replaced as a whole"),
    /** A change that another web site asked for. */
    CROSS_SITE(HttpStatus.FORBIDDEN, "cross-site", "Another web site asked for a change"),
    /** A page that is not allocated, or not for clients. */
    NO_SUCH_PAGE(HttpStatus.NOT_FOUND, "no-such-page", "There is no such page"),
    /** A borrow timeout. */
    PAGE_IN_USE(HttpStatus.CONFLICT, "page-in-use", "Somebody else holds the page for too long"),
    /** {@code If-Match}. */
    PAGE_CHANGED(HttpStatus.PRECONDITION_FAILED, "page-changed", "The page does not hold what If-Match expects"),
    /** More than a page. */
    CONTENT_TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "content-too-large", "The content is longer than a page"),
    /** {@code Content-Type}. */
    NOT_BYTES(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "not-bytes", "The content is not application/octet-stream"),
    /** {@code Content-Encoding}. */
    ENCODED_CONTENT(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "encoded-content", "The content is encoded"),
    /** A checksum that is not right. */
    DAMAGED(HttpStatus.INTERNAL_SERVER_ERROR, "damaged", "What was stored is damaged"),
    /** As many as can be served at a time are being served. */
    TOO_MANY(HttpStatus.SERVICE_UNAVAILABLE, "too-many", "Too many clients ask for this at a time"),
    /** A pager that is not open. */
    UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "unavailable", "The page store is unavailable"),
    /** A full disk, or the largest size of the file. */
    FULL(HttpStatus.INSUFFICIENT_STORAGE, "full", "There is no room for more pages");

    /** Names, not addresses: there is nothing to fetch there. */
    private static final String TYPES = "urn:problem-type:mappedpages:";

    private final HttpStatus status;
    private final URI type;
    private final String title;

    Problem(HttpStatus status, String name, String title) {
        this.status = status;
        this.type = URI.create(TYPES + name);
        this.title = title;
    }

    HttpStatus status() {
        return status;
    }

    URI type() {
        return type;
    }

    String title() {
        return title;
    }

    /** A problem document. */
    ProblemDetail because(String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(type);
        problem.setTitle(title);
        return problem;
    }
}
