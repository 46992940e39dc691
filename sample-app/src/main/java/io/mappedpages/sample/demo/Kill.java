package io.mappedpages.sample.demo;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

import io.mappedpages.sample.load.Load;

/** Ends this process as {@code kill -9} does, in the middle of a load. */
@Component
@Profile("demo")
final class Kill {

    /** Until it is dead, from the moment somebody asks for it. */
    static final Duration DELAY = Duration.ofMillis(1500);

    private static final Logger LOG = LoggerFactory.getLogger(Kill.class);
    private static final Duration SCRIBBLING = Duration.ofMillis(400);
    private static final int WRITERS = 16;

    private final Load load;
    private final AtomicBoolean begun = new AtomicBoolean();

    Kill(Load load) {
        this.load = load;
    }

    /** Begins a load if there is none, and kills the process a moment later. */
    void begin() {
        if (begun.compareAndSet(false, true)) {
            try {
                if (load.status().writers() == 0) {
                    load.write(WRITERS);
                }
                Thread.ofPlatform().daemon().name("kill").start(this::kill);
            } catch (RuntimeException e) {
                begun.set(false);
                throw e;
            }
        }
    }

    private void kill() {
        try {
            Thread.sleep(DELAY.minus(SCRIBBLING));
            load.scribble();
            Thread.sleep(SCRIBBLING);
        } catch (InterruptedException e) {
            LOG.debug("Sooner, then", e);
        }
        Runtime.getRuntime().halt(Supervisor.KILLED);
    }
}
