package io.mappedpages.sample;

import java.util.Collections;
import java.util.Set;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Refuses by its headers what cannot be the content of a page, before any of it is read: a client that sends
 * {@code Expect: 100-continue} then keeps it to itself.
 */
final class ContentRules implements HandlerInterceptor {

    private static final Set<String> STORING = Set.of("PUT", "POST");

    private final int pageSize;

    ContentRules(int pageSize) {
        this.pageSize = pageSize;
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (!STORING.contains(request.getMethod())) {
            return true;
        }
        if (request.getHeader(HttpHeaders.CONTENT_RANGE) != null) { // RFC 9110, 14.5: it must not be taken for the whole
            throw UnfitContentException.partial();
        }
        for (String encoding : Collections.list(request.getHeaders(HttpHeaders.CONTENT_ENCODING))) {
            if (!encoding.isBlank() && !encoding.strip().equalsIgnoreCase("identity")) {
                throw UnfitContentException.encoded(encoding);
            }
        }
        if (request.getContentLengthLong() > pageSize) {
            throw UnfitContentException.tooLarge(pageSize);
        }
        return true;
    }
}
