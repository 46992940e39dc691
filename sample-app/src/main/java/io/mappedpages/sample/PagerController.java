package io.mappedpages.sample;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import io.mappedpages.Pager;

/** The store as a whole. */
@RestController
@RequestMapping(path = "/api/pager", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Pager", description = "The store as a whole")
class PagerController {

    private static final String DESCRIBE = """
            Geometry, counts and state. Answers in every state; the counts are there if it is Open.""";

    private final Pager pager;

    PagerController(Pager pager) {
        this.pager = pager;
    }

    @GetMapping
    @Operation(summary = "Describe the store", description = DESCRIBE)
    PagerStatus describe() {
        return PagerStatus.of(pager);
    }
}
