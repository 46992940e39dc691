package io.mappedpages.sample.demo;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Profile;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import io.mappedpages.FaultInjection;
import io.mappedpages.Pager;
import io.mappedpages.PagerIoException;
import io.mappedpages.PagerUnavailableException;
import io.mappedpages.sample.PagerStatus;
import io.mappedpages.sample.Problem;
import io.mappedpages.sample.Problems;
import io.mappedpages.sample.load.Load;

/** The failure switches. */
@RestController
@Profile("demo")
@RequestMapping("/api/demo")
@Tag(name = "Demo", description = "Failure switches, in the profile 'demo' only")
class DemoController {

    private static final Logger LOG = LoggerFactory.getLogger(DemoController.class);

    private final Pager pager;
    private final Load load;
    private final Kill kill;
    private final Filling filling;
    private final FaultInjection faults;

    DemoController(Pager pager, Load load, Kill kill, Filling filling, FaultInjection faults) {
        this.pager = pager;
        this.load = load;
        this.kill = kill;
        this.filling = filling;
        this.faults = faults;
    }

    @PostMapping("/kill")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "kill -9 this service", description = """
            In the middle of a load, after a second and a half. It is started again, and looks what was lost.""")
    @Problems({Problem.CROSS_SITE, Problem.UNAVAILABLE})
    void kill() {
        kill.begin();
    }

    /**
     * What filling the store has come to.
     *
     * @param filled pages that were allocated for it
     */
    record Filled(long filled) {
    }

    @PostMapping(path = "/fill", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(summary = "Fill the store", description = """
            Allocates pages until there is no room. Whoever asks for a new one then is refused: 507.""")
    @Problems({Problem.CROSS_SITE, Problem.UNAVAILABLE})
    Filled fill() {
        return new Filled(filling.fill());
    }

    @DeleteMapping("/fill")
    @Operation(summary = "Give back what filled the store")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Problems({Problem.CROSS_SITE, Problem.UNAVAILABLE})
    void empty() {
        filling.empty();
    }

    @PostMapping(path = "/fail-sync", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(summary = "Make a sync fail", description = """
            The store is Unavailable then, until it is opened anew: what needs it is refused with 503.""")
    @Problems({Problem.CROSS_SITE, Problem.UNAVAILABLE})
    PagerStatus failSync() {
        pager.sync(); // throws if the store is unavailable already: a fault would wait for the reopening then
        faults.failNext(FaultInjection.Call.SYNC);
        try {
            pager.sync();
        } catch (PagerUnavailableException | PagerIoException e) { // this one has failed, or that of somebody else's commit
            LOG.info("A sync has failed, as it was told to", e);
        } finally {
            faults.reset();
        }
        return PagerStatus.of(pager);
    }

    @PostMapping(path = "/reopen", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(summary = "Open the file anew", description = """
            After a failed write, sync or remap the store is Unavailable until this succeeds. What was committed is \
            there again.""")
    @Problems({Problem.CROSS_SITE, Problem.DAMAGED, Problem.UNAVAILABLE})
    PagerStatus reopen() {
        pager.reopen();
        load.settle();
        return PagerStatus.of(pager);
    }
}
