package io.mappedpages.sample;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

import org.assertj.core.api.ThrowingConsumer;

/** Waits for what happens beside a test. */
final class Eventually {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Eventually() {
    }

    /** Looks again and again until a check of what it sees passes, and returns that; else fails as the check did last. */
    static <T> T see(Supplier<T> look, ThrowingConsumer<T> check) throws InterruptedException {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (true) {
            try {
                T seen = look.get();
                check.accept(seen);
                return seen;
            } catch (AssertionError | RuntimeException e) {
                if (Instant.now().isAfter(deadline)) {
                    throw e;
                }
            }
            Thread.sleep(50);
        }
    }
}
