package io.mappedpages.sample;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import io.mappedpages.Pager;

/** The store as a whole. */
@RestController
@RequestMapping(path = "/api/pager", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Pager", description = "The store as a whole")
class PagerController {

    private static final String DESCRIBE = """
            Geometry, counts and state. Answers in every state; the counts are there if it is OPEN.""";
    private static final String REOPEN = """
            After a failed write, sync or remap the store is UNAVAILABLE until this succeeds. What was committed is \
            there again.""";

    private final Pager pager;

    PagerController(Pager pager) {
        this.pager = pager;
    }

    @GetMapping
    @Operation(summary = "Describe the store", description = DESCRIBE)
    PagerStatus describe() {
        return PagerStatus.of(pager);
    }

    @PostMapping("/reopen")
    @Operation(summary = "Open the file anew", description = REOPEN)
    @Problems({Problem.DAMAGED, Problem.UNAVAILABLE})
    PagerStatus reopen() {
        pager.reopen();
        return PagerStatus.of(pager);
    }
}
