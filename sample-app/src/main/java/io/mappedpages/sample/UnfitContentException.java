package io.mappedpages.sample;

import java.io.Serial;
import java.util.Locale;

/** Thrown when what a client sends cannot be the content of a page. */
final class UnfitContentException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final Problem problem;
    private final String detail;

    private UnfitContentException(Problem problem, String detail) {
        super(detail);
        this.problem = problem;
        this.detail = detail;
    }

    static UnfitContentException tooLarge(int pageSize) {
        return new UnfitContentException(Problem.CONTENT_TOO_LARGE, String.format(Locale.ROOT,
                "A page has %d bytes. Send as many or fewer.", pageSize));
    }

    static UnfitContentException missing() {
        return new UnfitContentException(Problem.NO_CONTENT, """
                Nothing was changed. Send what the page is to hold; one byte of zero makes all of it zeros.""");
    }

    static UnfitContentException partial() {
        return new UnfitContentException(Problem.PARTIAL_CONTENT, """
                Nothing was changed. Content-Range asks for a part of a page to be replaced. Send the whole page.""");
    }

    static UnfitContentException encoded(String encoding) {
        return new UnfitContentException(Problem.ENCODED_CONTENT, String.format(Locale.ROOT,
                "A page holds what it is sent, byte by byte, and this is encoded as '%s'. Send it as it is.",
                encoding));
    }

    Problem problem() {
        return problem;
    }

    /** What is wrong, and what to do. */
    String detail() {
        return detail;
    }
}
