package io.mappedpages.sample.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.OptionalLong;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import io.mappedpages.PageUse;
import io.mappedpages.Pager;
import io.mappedpages.sample.PageNumber;
import io.mappedpages.sample.Problem;
import io.mappedpages.sample.ProblemException;
import io.mappedpages.sample.Problems;

/** What is in the file, whoever it belongs to. */
@RestController
@RequestMapping("/api/file")
@Tag(name = "Live")
class FilePageController {

    private static final int MOST_BYTES = 64 << 10;
    private static final String READ = """
            The bytes at this place of the file, as they are just now: a page of the file's own, of the journal, a regular \
            page, or one copy of a protected page: of which one, says the directory of the last checkpoint. At most 64 KiB. \
            What used to be in a free page is not handed out.""";

    private final Pager pager;

    FilePageController(Pager pager) {
        this.pager = pager;
    }

    @GetMapping(path = "/{id}", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    @Operation(summary = "Look at a page of the file", description = READ)
    @Problems({Problem.NOT_A_NUMBER, Problem.NO_SUCH_PAGE, Problem.DAMAGED, Problem.UNAVAILABLE})
    @ApiResponse(responseCode = "200", description = "The bytes", headers = {
        @Header(name = "Page-Use", description = "What the page is used for"),
        @Header(name = "Page-Of", description = "The id of the protected page that it is a copy of; absent if it is none, or of one that was created since the last checkpoint")})
    ResponseEntity<byte[]> read(@PathVariable PageNumber id) {
        PageUse use = use(id.value());
        ByteBuffer read = bytes(id.value());
        byte[] bytes = new byte[read.remaining()];
        read.get(bytes);
        ResponseEntity.BodyBuilder answer = ResponseEntity.ok()
                .header("Page-Use", use.name().toLowerCase(Locale.ROOT))
                .cacheControl(CacheControl.noStore());
        if (use == PageUse.PROTECTED) {
            owner(id.value()).ifPresent(owner -> answer.header("Page-Of", Long.toString(owner)));
        }
        return answer.body(bytes);
    }

    private OptionalLong owner(long page) {
        try {
            return Directory.ownerOf(page, pager.path(), pager.pageSize());
        } catch (IOException e) {
            return OptionalLong.empty(); // the bytes are there all the same
        }
    }

    private ByteBuffer bytes(long page) {
        try {
            return FileBytes.read(pager.path(), page * pager.pageSize(), Math.min(pager.pageSize(), MOST_BYTES));
        } catch (IOException e) {
            throw new ProblemException(Problem.UNAVAILABLE, "The file could not be read.");
        }
    }

    private PageUse use(long page) {
        if (page < 0 || page >= pager.pageCount()) {
            throw new ProblemException(Problem.NO_SUCH_PAGE, String.format(Locale.ROOT,
                    "The file has no page %d: numbers go from 0 to below %d.", page, pager.pageCount()));
        }
        PageUse use = pager.pageMap(page).findFirst().orElseThrow().use();
        if (use == PageUse.FREE) {
            throw new ProblemException(Problem.NO_SUCH_PAGE, String.format(Locale.ROOT,
                    "Page %d is free: nothing is stored in it.", page));
        }
        return use;
    }
}
