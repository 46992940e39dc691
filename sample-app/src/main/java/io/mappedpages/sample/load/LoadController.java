package io.mappedpages.sample.load;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.mappedpages.sample.Problem;
import io.mappedpages.sample.ProblemException;
import io.mappedpages.sample.Problems;

/** The load inside of the service. */
@RestController
@RequestMapping(path = "/api/load", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Live")
class LoadController {

    private static final String WRITE = """
            Each writer rewrites a protected page of its own, one durable commit after the other. They end by themselves \
            after two minutes, and give their pages back.""";

    private final Load load;

    LoadController(Load load) {
        this.load = load;
    }

    @GetMapping
    @Operation(summary = "Ask how many writers there are")
    Load.Status status() {
        return load.status();
    }

    @PutMapping
    @Operation(summary = "Say how many writers there are", description = WRITE)
    @Problems({Problem.OUT_OF_RANGE, Problem.CROSS_SITE, Problem.DAMAGED, Problem.UNAVAILABLE})
    Load.Status write(
            @Parameter(description = "How many", schema = @Schema(type = "integer", format = "int32", minimum = "0", maximum = ""
                    + Load.MOST_WRITERS, defaultValue = "0")) @RequestParam(
                            required = false) @Nullable String writers) {
        return load.write((int) ProblemException.number("writers", writers, 0, 0, Load.MOST_WRITERS));
    }
}
