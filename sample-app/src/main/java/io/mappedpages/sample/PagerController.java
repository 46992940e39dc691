package io.mappedpages.sample;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import io.mappedpages.Pager;

/** The store as a whole. */
@RestController
@RequestMapping("/api/pager")
@Tag(name = "Pager", description = "The store as a whole")
class PagerController {

    private final Pager pager;

    PagerController(Pager pager) {
        this.pager = pager;
    }

    @GetMapping
    @Operation(summary = "Describe the store", description = "Geometry, counts and state. Answers in every state; the counts are there if it is OPEN.")
    PagerStatus describe() {
        return PagerStatus.of(pager);
    }

    @PostMapping("/reopen")
    @Operation(summary = "Open the file anew", description = "After a failed write, sync or remap the store is UNAVAILABLE until this succeeds. "
            + "What was committed is there again.")
    @Problems({Problem.DAMAGED, Problem.UNAVAILABLE})
    PagerStatus reopen() {
        pager.reopen();
        return PagerStatus.of(pager);
    }
}
