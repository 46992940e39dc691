package io.mappedpages.sample;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.http.ETag;
import org.springframework.http.HttpHeaders;

/**
 * What a client demands of a page before it is changed: {@code If-Match}, and for completeness {@code If-None-Match}
 * (RFC 9110, section 13).
 *
 * @param match one of these tags must be the page's; null without {@code If-Match}. An {@code If-Match} that cannot be
 *        understood is an empty list and matches nothing: a write that was to be guarded must not go unguarded
 * @param noneMatch none of these tags may be the page's
 */
record Precondition(@Nullable List<ETag> match, List<ETag> noneMatch) {

    static Precondition of(HttpHeaders headers) {
        List<ETag> match = headers.containsHeader(HttpHeaders.IF_MATCH) ? tags(headers, HttpHeaders.IF_MATCH) : null;
        return new Precondition(match, tags(headers, HttpHeaders.IF_NONE_MATCH));
    }

    private static List<ETag> tags(HttpHeaders headers, String name) {
        return headers.getOrEmpty(name).stream().flatMap(value -> ETag.parse(value).stream()).toList();
    }

    /** Whether any page will do, so that there is no need to look. */
    boolean isEmpty() {
        return match == null && noneMatch.isEmpty();
    }

    /**
     * Compares.
     *
     * @throws PreconditionFailedException if the page is not what was demanded
     */
    void check(PageContent current) {
        ETag tag = current.etag();
        boolean wanted = match == null || match.stream().anyMatch(one -> one.isWildcard() || one.compare(tag, true));
        boolean unwanted = noneMatch.stream().anyMatch(one -> one.isWildcard() || one.compare(tag, false));
        if (!wanted || unwanted) {
            throw new PreconditionFailedException(tag.formattedTag());
        }
    }
}
