package io.mappedpages.sample.live;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import io.mappedpages.sample.Problem;
import io.mappedpages.sample.ProblemException;
import io.mappedpages.sample.Problems;

/** What happens, as it happens. */
@RestController
@RequestMapping("/api/live")
@Tag(name = "Live", description = "What the page at / shows")
class LiveController {

    private static final String WATCH = """
            Server-sent events: 'hello' once, 'stats' a few times a second, and 'map' with the cells of the map that \
            changed, all of them at first. Which part of the map is sent is said in the address.""";
    private static final long MOST_PAGES_PER_CELL = 1L << 34; // with the most cells all of the largest file

    private final LiveFeed feed;

    LiveController(LiveFeed feed) {
        this.feed = feed;
    }

    @GetMapping(produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Operation(summary = "Watch the store", description = WATCH)
    @Problems({Problem.OUT_OF_RANGE, Problem.TOO_MANY})
    SseEmitter watch(
            @Parameter(description = "The first page of the map", schema = @Schema(type = "integer", format = "int64", minimum = "0", defaultValue = "0")) @RequestParam(required = false) @Nullable String from,
            @Parameter(description = "How many cells", schema = @Schema(type = "integer", format = "int32", minimum = "1", maximum = ""
                    + MapWindow.MOST_CELLS, defaultValue = "4096")) @RequestParam(
                            required = false) @Nullable String cells,
            @Parameter(description = "How many pages a cell stands for", schema = @Schema(type = "integer", format = "int64", minimum = "1", defaultValue = "1")) @RequestParam(
                    required = false) @Nullable String scale) {
        return feed.watch(new MapWindow(
                ProblemException.number("from", from, 0, 0, 1L << 48),
                (int) ProblemException.number("cells", cells, 4096, 1, MapWindow.MOST_CELLS),
                ProblemException.number("scale", scale, 1, 1, MOST_PAGES_PER_CELL)));
    }
}
