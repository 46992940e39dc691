package io.mappedpages.spring;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.mappedpages.PagerListener;
import io.mappedpages.spring.MappedPagesEndpoint.PagerEvent;
import io.mappedpages.spring.MappedPagesEndpoint.StateChange;

/** Keeps what pagers told last, but their commits, which would soon be all there is. */
final class RecentEvents implements PagerListenerFactory {

    /** So many of each pager. */
    private static final int MOST = 64;

    private final Map<String, Log> logs = new ConcurrentHashMap<>();

    @Override
    public PagerListener listenerFor(String pagerName) {
        return logs.computeIfAbsent(pagerName, _ -> new Log());
    }

    /** {@return the last events of a pager, the newest first} */
    List<PagerEvent> of(String pagerName) {
        Log log = logs.get(pagerName);
        return log == null ? List.of() : log.newestFirst();
    }

    private static final class Log implements PagerListener {

        private final Deque<PagerEvent> events = new ArrayDeque<>();

        private synchronized void add(String type, Object event) {
            if (events.size() == MOST) {
                events.removeLast();
            }
            events.addFirst(new PagerEvent(Instant.now(), type, event));
        }

        private synchronized List<PagerEvent> newestFirst() {
            return new ArrayList<>(events);
        }

        @Override
        public void onCheckpoint(CheckpointEvent event) {
            add("checkpoint", event);
        }

        @Override
        public void onGrowth(GrowthEvent event) {
            add("growth", event);
        }

        @Override
        public void onRecovery(RecoveryEvent event) {
            add("recovery", event.report());
        }

        @Override
        public void onState(StateEvent event) {
            add("state", new StateChange(PagerStatus.word(event.from()), PagerStatus.word(event.to()),
                    event.cause().map(Throwable::toString).orElse(null)));
        }
    }
}
