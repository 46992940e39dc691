package io.mappedpages.spring;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

import io.mappedpages.Pager;
import io.mappedpages.PagerState;

/**
 * Up while a pager is open and its file in its place, down otherwise. It looks at the file's directory entry, at a few
 * bytes that the operating system has in memory, and asks the file system how much room there is; it waits for no other call.
 *
 * <p>
 * Down, and not a status of its own, because Boot answers a status it does not know with 200. A recovery is shown and
 * does not change the status, not even one that may have lost a commit: the pager works, and neither a restart nor
 * less traffic would bring anything back. Nor does a warning that there is little room.
 */
final class PagerHealthIndicator extends AbstractHealthIndicator {

    private static final int HUNDRED = 100;

    private final Pager pager;
    private final MappedPagesHealthProperties properties;

    PagerHealthIndicator(Pager pager, MappedPagesHealthProperties properties) {
        super("The pager cannot tell its state");
        this.pager = pager;
        this.properties = properties;
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
        detail(health, "cause", status.failure() == null ? null : status.failure().toString());
        health.withDetail("path", pager.path().toString());
        detail(health, "pages", status.pages());
        detail(health, "free", status.free());
        double usable = FileFacts.usableBytes(pager.path());
        detail(health, "usableDisk", Double.isNaN(usable) ? null : (long) usable);
        detail(health, "recovery", status.recovery());
        List<String> warnings = warnings(status, usable);
        detail(health, "warnings", warnings.isEmpty() ? null : warnings);
    }

    private List<String> warnings(PagerStatus status, double usable) {
        List<String> warnings = new ArrayList<>();
        if (usable < properties.diskThreshold().toBytes()) { // not if it is not known
            warnings.add("Only " + (long) usable + " bytes are left on the disk, less than "
                    + Sizes.text(properties.diskThreshold()));
        }
        if (status.pages() != null && status.free() != null && status.limit() != null) {
            long left = status.limit() - status.pages() + status.free();
            if (left / (double) status.limit() * HUNDRED < properties.roomThreshold()) {
                warnings.add("Only " + left + " of at most " + status.limit() + " pages are left, less than "
                        + properties.roomThreshold() + " %");
            }
        }
        return warnings;
    }

    private static void detail(Health.Builder health, String name, @Nullable Object value) {
        if (value != null) {
            health.withDetail(name, value);
        }
    }
}
