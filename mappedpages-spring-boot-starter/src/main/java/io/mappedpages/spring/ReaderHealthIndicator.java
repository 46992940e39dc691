package io.mappedpages.spring;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

import io.mappedpages.ReadOnlyPager;

/**
 * Up while a pager that only reads is open. It reads nothing: whether the file is still in its place shows when the application
 * calls {@link ReadOnlyPager#refresh()}.
 */
final class ReaderHealthIndicator extends AbstractHealthIndicator {

    private final ReadOnlyPager pager;

    ReaderHealthIndicator(ReadOnlyPager pager) {
        super("The pager cannot tell its state");
        this.pager = pager;
    }

    @Override
    protected void doHealthCheck(Health.Builder health) {
        ReaderStatus status = ReaderStatus.of(pager);
        health.withDetail("state", ReaderStatus.word(status)).withDetail("readOnly", true).withDetail("path",
                pager.path().toString());
        if (status == null) {
            health.down();
        } else {
            health.up().withDetail("pages", status.pages()).withDetail("free", status.free())
                    .withDetail("generation", status.generation());
        }
    }
}
