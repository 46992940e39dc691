package io.mappedpages.spring;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.mappedpages.MappedPageException;
import io.mappedpages.Pager;
import io.mappedpages.PagerClosedException;
import io.mappedpages.PagerListener;
import io.mappedpages.PagerState;

/**
 * Opens a pager anew when it has become unavailable: after a while, and then after twice as long each time, until it is open
 * or closed. On a virtual thread that is there only meanwhile.
 */
final class AutoReopen implements PagerListener {

    private static final Log LOG = LogFactory.getLog(AutoReopen.class);

    private final String name;
    private final Duration initialDelay;
    private final Duration maxDelay;
    private final Openings openings;
    private final AtomicBoolean trying = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable Pager pager;

    AutoReopen(String name, Duration initialDelay, Duration maxDelay, Openings openings) {
        this.name = name;
        this.initialDelay = initialDelay;
        this.maxDelay = maxDelay;
        this.openings = openings;
    }

    /** This is the pager. It may have failed already. */
    void watch(Pager opened) {
        pager = opened;
        tryIfUnavailable(opened);
    }

    @Override
    public void onState(StateEvent event) {
        Pager watched = pager;
        if (event.to() == PagerState.CLOSED) {
            closed.countDown();
        } else if (watched != null) {
            tryIfUnavailable(watched);
        }
    }

    private void tryIfUnavailable(Pager watched) {
        if (watched.state() == PagerState.UNAVAILABLE && trying.compareAndSet(false, true)) {
            Thread.ofVirtual().name("mappedpages-reopen " + name).start(() -> tryUntilOpen(watched));
        }
    }

    private void tryUntilOpen(Pager watched) {
        try {
            Duration delay = initialDelay;
            for (int attempt = 1; !isClosedAfter(delay) && watched.state() == PagerState.UNAVAILABLE; attempt++) {
                Duration next = delay.compareTo(maxDelay.dividedBy(2)) < 0 ? delay.multipliedBy(2) : maxDelay;
                if (reopen(watched, attempt, next)) {
                    break;
                }
                delay = next;
            }
        } finally {
            trying.set(false);
        }
        tryIfUnavailable(watched); // it failed again, and was told while this thread was still there
    }

    private boolean reopen(Pager watched, int attempt, Duration next) {
        try {
            openings.open(name, watched.path(), PagerOpenTrigger.AUTOMATIC, () -> {
                if (watched.reopenIfUnavailable()) { // somebody may have suspended it since it was looked at
                    LOG.info("Reopened pager '" + name + "' on " + watched.path() + ", at attempt " + attempt);
                }
                return watched;
            });
            return true;
        } catch (PagerClosedException e) {
            return true; // there is nothing to be done any more
        } catch (MappedPageException e) {
            LOG.warn(
                    "Pager '" + name + "' could not be reopened, at attempt " + attempt + "; the next one is in " + next
                            + ". " + e.getMessage());
            return false;
        }
    }

    /** Waits. {@return whether the pager was closed meanwhile} */
    private boolean isClosedAfter(Duration delay) {
        try {
            return closed.await(delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true; // nobody knows this thread but who wants to end it
        }
    }
}
