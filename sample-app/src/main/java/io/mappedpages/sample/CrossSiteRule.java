package io.mappedpages.sample;

import java.net.URI;
import java.util.Locale;
import java.util.Set;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Refuses changes that another web site asks for through a visitor's browser. There is no login here that could tell
 * them apart. Browsers say where a request comes from; other clients do not, and are nobody's visitors.
 */
final class CrossSiteRule implements HandlerInterceptor {

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> OWN = Set.of("same-origin", "none");
    private static final String SEC_FETCH_SITE = "Sec-Fetch-Site";

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (!READING.contains(request.getMethod()) && isForeign(request)) {
            throw new ProblemException(Problem.CROSS_SITE,
                    "Nothing was changed. A page of another site asked for it. Only this service's own pages may.");
        }
        return true;
    }

    private static boolean isForeign(HttpServletRequest request) {
        String site = request.getHeader(SEC_FETCH_SITE);
        if (site != null && !OWN.contains(site.toLowerCase(Locale.ROOT))) {
            return true;
        }
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        return origin != null && !isAt(request.getHeader(HttpHeaders.HOST), origin);
    }

    private static boolean isAt(@Nullable String host, String origin) {
        try {
            String authority = URI.create(origin).getAuthority();
            return authority != null && authority.equalsIgnoreCase(host);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
