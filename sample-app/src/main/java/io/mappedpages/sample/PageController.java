package io.mappedpages.sample;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

import io.mappedpages.PageHandle;

/**
 * Pages over HTTP, the same for either kind. A body is read to its end before the page is borrowed, and sent after it
 * was given back.
 *
 * @param <H> the kind of page
 */
abstract class PageController<H extends PageHandle> {

    private static final String PUT = """
            Durable when it is answered. There has to be a body. A shorter body is padded with zeros to the page's size; the answer has an \
            ETag if nothing was padded.""";

    private static final String LIST = """
            In ascending order. What is created or deleted meanwhile may or may not be there.""";

    private final PageStore<H> store;
    private final int pageSize;

    PageController(PageStore<H> store, int pageSize) {
        this.store = store;
        this.pageSize = pageSize;
    }

    @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(summary = "List pages", description = LIST)
    @Problems({Problem.OUT_OF_RANGE, Problem.DAMAGED, Problem.UNAVAILABLE})
    @ApiResponse(responseCode = "200", description = "Ids, and how to go on", headers = @Header(name = "Link", description = "The address of the rest, rel=\"next\"; absent at the end of the list"))
    ResponseEntity<PageList> list(
            @Parameter(description = "The smallest id wanted", schema = @Schema(type = "integer", format = "int64", minimum = "0", defaultValue = "0")) @RequestParam(required = false) @Nullable String from,
            @Parameter(description = "How many ids are wanted", schema = @Schema(type = "integer", format = "int32", minimum = "1", maximum = ""
                    + PageList.MOST, defaultValue = ""
                            + PageList.USUAL)) @RequestParam(required = false) @Nullable String limit) {
        int most = (int) ProblemException.number("limit", limit, PageList.USUAL, 1, PageList.MOST);
        PageList list = PageList.of(
                store.list(ProblemException.number("from", from, 0, 0, Long.MAX_VALUE), most + 1), most);
        ResponseEntity.BodyBuilder answer = ResponseEntity.ok().cacheControl(CacheControl.noStore());
        if (list.next() != null) {
            String next = ServletUriComponentsBuilder.fromCurrentRequestUri()
                    .queryParam("from", list.next()).queryParam("limit", most).toUriString();
            answer.header(HttpHeaders.LINK, "<" + next + ">; rel=\"next\"");
        }
        return answer.body(list);
    }

    /**
     * What {@code POST} answers with.
     *
     * @param id the new page's number
     */
    record Created(long id) {
    }

    @PostMapping(consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE, produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(summary = "Create a page", description = "Without a body it is all zeros. Deleted ids are used again.")
    @Problems({Problem.PARTIAL_CONTENT, Problem.CROSS_SITE, Problem.CONTENT_TOO_LARGE, Problem.NOT_BYTES,
        Problem.ENCODED_CONTENT,
        Problem.UNAVAILABLE, Problem.FULL})
    @ApiResponse(responseCode = "201", description = "Created", headers = {
        @Header(name = "Location", description = "The page's address"),
        @Header(name = "ETag")})
    ResponseEntity<Created> create(@RequestBody(required = false) @Nullable InputStreamResource body)
            throws IOException {
        PageContent content = body == null ? PageContent.zeros(pageSize) : received(body);
        H page = body == null ? store.create() : store.create(content);
        URI location = ServletUriComponentsBuilder.fromCurrentRequestUri().path("/{id}").build(page.number());
        return ResponseEntity.created(location).eTag(content.etag().formattedTag()).body(new Created(page.number()));
    }

    @GetMapping(path = "/{id}", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    @Operation(summary = "Read a page", description = "Always the whole page. The ETag is a hash of its content.")
    @Problems({Problem.NOT_A_NUMBER, Problem.NO_SUCH_PAGE, Problem.PAGE_IN_USE, Problem.DAMAGED, Problem.UNAVAILABLE})
    @ApiResponse(responseCode = "200", description = "The page's bytes", headers = @Header(name = "ETag"))
    @ApiResponse(responseCode = "304", description = "Its ETag is in If-None-Match", content = @Content)
    @Parameter(in = ParameterIn.HEADER, name = "If-None-Match", description = "ETags of what is known already")
    ResponseEntity<byte[]> read(@PathVariable PageNumber id) {
        PageContent content = store.read(id);
        return ResponseEntity.ok()
                .eTag(content.etag().formattedTag()) // Spring answers If-None-Match with it
                .cacheControl(CacheControl.noCache())
                .body(content.bytes());
    }

    @PutMapping(path = "/{id}", consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    @Operation(summary = "Replace a page", description = PUT)
    @Problems({Problem.NOT_A_NUMBER, Problem.NO_CONTENT, Problem.PARTIAL_CONTENT, Problem.CROSS_SITE,
        Problem.NO_SUCH_PAGE, Problem.PAGE_IN_USE, Problem.PAGE_CHANGED, Problem.CONTENT_TOO_LARGE, Problem.NOT_BYTES,
        Problem.ENCODED_CONTENT, Problem.DAMAGED, Problem.UNAVAILABLE})
    @ApiResponse(responseCode = "204", description = "Stored", headers = @Header(name = "ETag"))
    @Parameter(in = ParameterIn.HEADER, name = "If-Match", description = "ETags of which the page's must be one")
    ResponseEntity<Void> replace(@PathVariable PageNumber id,
            @Parameter(hidden = true) @RequestHeader HttpHeaders headers,
            @RequestBody(required = false) @Nullable InputStreamResource body) throws IOException {
        if (body == null) {
            throw UnfitContentException.missing();
        }
        PageContent content = received(body);
        store.replace(id, content, Precondition.of(headers));
        // RFC 9110, 9.3.4: no entity tag for a content that is not, byte for byte, what the client sent.
        return content.isPadded()
                ? ResponseEntity.noContent().build()
                : ResponseEntity.noContent().eTag(content.etag().formattedTag()).build();
    }

    @DeleteMapping("/{id}")
    @Operation(summary = "Delete a page", description = "Durable when it is answered.")
    @Problems({Problem.NOT_A_NUMBER, Problem.CROSS_SITE, Problem.NO_SUCH_PAGE, Problem.PAGE_IN_USE,
        Problem.PAGE_CHANGED,
        Problem.DAMAGED, Problem.UNAVAILABLE})
    @ApiResponse(responseCode = "204", description = "Deleted")
    @Parameter(in = ParameterIn.HEADER, name = "If-Match", description = "ETags of which the page's must be one")
    ResponseEntity<Void> delete(@PathVariable PageNumber id,
            @Parameter(hidden = true) @RequestHeader HttpHeaders headers) {
        store.delete(id, Precondition.of(headers));
        return ResponseEntity.noContent().build();
    }

    private PageContent received(InputStreamResource body) throws IOException {
        try (InputStream stream = body.getInputStream()) {
            return PageContent.readFrom(stream, pageSize);
        }
    }
}
