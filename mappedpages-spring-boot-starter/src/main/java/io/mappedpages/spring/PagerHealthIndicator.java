package io.mappedpages.spring;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

import io.mappedpages.Pager;
import io.mappedpages.PagerState;

/**
 * Up while a pager is open and its file in its place, down otherwise. It looks at the file's directory entry and at a few
 * bytes that the operating system has in memory, and waits for no other call.
 *
 * <p>
 * Down, and not a status of its own, because Boot answers a status it does not know with 200. A recovery is shown and
 * does not change the status, not even one that may have lost a commit: the pager works, and neither a restart nor
 * less traffic would bring anything back.
 */
final class PagerHealthIndicator extends AbstractHealthIndicator {

    private final Pager pager;

    PagerHealthIndicator(Pager pager) {
        super("The pager cannot tell its state");
        this.pager = pager;
    }

    @Override
    protected void doHealthCheck(Health.Builder health) {
        pager.checkFile(); // a file that was deleted or replaced would else show at the next commit only
        PagerStatus status = PagerStatus.of(pager);
        if (status.state() == PagerState.OPEN) {
            health.up();
        } else {
            health.down();
        }
        health.withDetail("state", status.word());
        detail(health, "pages", status.pages());
        detail(health, "free", status.free());
        detail(health, "cause", status.failure() == null ? null : status.failure().toString());
        detail(health, "recovery", status.recovery());
    }

    private static void detail(Health.Builder health, String name, @Nullable Object value) {
        if (value != null) {
            health.withDetail(name, value);
        }
    }
}
