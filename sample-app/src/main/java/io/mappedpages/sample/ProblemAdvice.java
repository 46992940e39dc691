package io.mappedpages.sample;

import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

import io.mappedpages.CorruptMetadataException;
import io.mappedpages.CorruptPageException;
import io.mappedpages.CorruptSuperblockException;
import io.mappedpages.DoubleFreeException;
import io.mappedpages.InvalidPageSizeException;
import io.mappedpages.MappedPageException;
import io.mappedpages.PageBorrowedException;
import io.mappedpages.PageHandle;
import io.mappedpages.PageNotAllocatedException;
import io.mappedpages.PageOutOfBoundsException;
import io.mappedpages.Pager;
import io.mappedpages.PagerClosedException;
import io.mappedpages.PagerFullException;
import io.mappedpages.PagerIoException;
import io.mappedpages.PagerLockedException;
import io.mappedpages.PagerUnavailableException;
import io.mappedpages.ReservedPageException;
import io.mappedpages.UnsupportedFormatException;

/**
 * Turns what went wrong into problem documents. The pager's messages speak to its programmer and name its file; clients
 * get words of their own, and what is wrong on this side goes to the log.
 */
@RestControllerAdvice
class ProblemAdvice extends ResponseEntityExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);

    /** About as long as it takes somebody to notice. */
    private static final String RETRY_AFTER_SECONDS = "10";

    private final Pager pager;

    ProblemAdvice(Pager pager) {
        this.pager = pager;
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> onPagerFailure(MappedPageException failure) {
        return answer(problemOf(failure), failure);
    }

    /**
     * Not the end of the JVM: the JDK throws it when mapped bytes have no file behind them any more. Only the
     * code that touched them knows of it, so the pager is made to look at its file, and health to tell.
     */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> onLostMapping(InternalError failure) {
        try {
            pager.sync();
        } catch (MappedPageException e) {
            failure.addSuppressed(e);
        }
        return answer(unavailable(), failure);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> onFailedPrecondition(PreconditionFailedException failure) {
        return answer(Problem.PAGE_CHANGED.because(text(
                "The page's ETag is %s. Nothing was changed. Read the page again before changing it.",
                failure.currentTag())), failure);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> onUnfitContent(UnfitContentException failure) {
        return answer(failure.problem().because(failure.detail()), failure);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> onProblem(ProblemException failure) {
        return answer(failure.problem().because(failure.detail()), failure);
    }

    private static ProblemDetail problemOf(MappedPageException failure) {
        return switch (failure) {
            case PageOutOfBoundsException e -> Problem.NO_SUCH_PAGE.because(text(
                    "There is no %s: numbers go from 0 to below %d.", e.page(), e.limit()));
            case ReservedPageException e -> Problem.NO_SUCH_PAGE.because(text(
                    "There is no %s for clients: %s.", e.page(), e.reason()));
            case PageNotAllocatedException e -> notAllocated(e.page());
            case DoubleFreeException e -> notAllocated(e.page());
            case PageBorrowedException e -> Problem.PAGE_IN_USE.because(text(
                    "Somebody else held %s for all of the %d ms this request waited. Nothing was changed. Try again.",
                    e.page(), e.waited().toMillis()));
            case PagerFullException _ -> Problem.FULL.because(
                    "Nothing was allocated. Delete pages, or ask the operator for a larger store.");
            case CorruptPageException e -> Problem.DAMAGED.because(text(
                    "The content of %s is damaged and is not handed out. Other pages can be used.", e.page()));
            case CorruptMetadataException _ -> damagedFile();
            case CorruptSuperblockException _ -> damagedFile();
            case PagerUnavailableException _ -> unavailable();
            case PagerClosedException _ -> unavailable();
            case PagerIoException _ -> unavailable();
            case PagerLockedException _ -> unavailable();
            case UnsupportedFormatException _ -> unavailable();
            case InvalidPageSizeException _ -> unavailable();
        };
    }

    private static ProblemDetail notAllocated(PageHandle page) {
        return Problem.NO_SUCH_PAGE.because(text("There is no %s: it was deleted, or never created.", page));
    }

    private static ProblemDetail damagedFile() {
        return Problem.DAMAGED.because("The file of the page store is damaged. The operator has to restore it.");
    }

    private static ProblemDetail unavailable() {
        return Problem.UNAVAILABLE.because("""
                Its file could not be read or written, or is another one than it was. Nothing is done until it is opened \
                anew; /actuator/health says why. Whether this request was carried out can be seen then.""");
    }

    private static ResponseEntity<ProblemDetail> answer(ProblemDetail problem, Throwable failure) {
        HttpHeaders headers = new HttpHeaders();
        if (problem.getStatus() == Problem.UNAVAILABLE.status().value()) {
            headers.set(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        if (Problem.ENCODED_CONTENT.type().equals(problem.getType())) {
            headers.set(HttpHeaders.ACCEPT_ENCODING, "identity");
        }
        if (HttpStatusCode.valueOf(problem.getStatus()).is5xxServerError()) {
            LOG.warn("{}: {}", problem.getTitle(), failure.toString());
            LOG.debug("Where that came from", failure);
        }
        return ResponseEntity.status(problem.getStatus()).headers(headers).body(problem);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleTypeMismatch(TypeMismatchException failure, HttpHeaders headers,
            HttpStatusCode status, WebRequest request) {
        ProblemDetail problem = Problem.NOT_A_NUMBER.because(text(
                "'%s' is not a page's id. An id is a whole number, such as POST answers with.", failure.getValue()));
        return handleExceptionInternal(failure, problem, headers, status, request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMediaTypeNotSupported(
            HttpMediaTypeNotSupportedException failure, HttpHeaders headers, HttpStatusCode status,
            WebRequest request) {
        ProblemDetail problem = Problem.NOT_BYTES.because(failure.getContentType() == null
                ? "The request has no Content-Type, or one that is none. Send the page as application/octet-stream."
                : text("A page is bytes, not %s. Send it as application/octet-stream.", failure.getContentType()));
        return handleExceptionInternal(failure, problem, headers, status, request);
    }

    @SuppressWarnings("AnnotateFormatMethod") // its annotation would be one more dependency
    private static String text(String format, @Nullable Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
