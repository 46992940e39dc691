package io.mappedpages.sample.live;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import io.mappedpages.Pager;
import io.mappedpages.sample.Problem;
import io.mappedpages.sample.ProblemException;
import io.mappedpages.sample.StoredBytes;
import io.mappedpages.sample.load.Load;

/** Those who watch: a virtual thread each, and not more than a few. */
@Component
final class LiveFeed {

    /** Browsers at a time. */
    static final int MOST = 32;

    private final Watcher.Sights sights;
    private final Watcher.Hello hello;
    private final Set<Thread> watchers = new HashSet<>();
    private boolean ended;

    LiveFeed(Pager pager, Activity activity, StoredBytes stored, Load load, Environment environment) {
        this.sights = new Watcher.Sights(pager, activity, stored, load);
        this.hello = new Watcher.Hello(UUID.randomUUID().toString(), pager.pageSize(),
                environment.acceptsProfiles(Profiles.of("demo")));
    }

    /** Begins to tell a browser. */
    synchronized SseEmitter watch(MapWindow window) {
        if (ended || watchers.size() >= MOST) {
            throw new ProblemException(Problem.TOO_MANY, ended
                    ? "The service is about to end."
                    : "As many browsers watch as can be served. Close one.");
        }
        SseEmitter browser = new SseEmitter(0L);
        Watcher watcher = new Watcher(browser, hello, sights, window);
        Thread thread = Thread.ofVirtual().name("watcher").unstarted(() -> {
            try {
                watcher.run();
            } finally {
                forget(Thread.currentThread());
            }
        });
        browser.onCompletion(thread::interrupt);
        watchers.add(thread);
        thread.start();
        return browser;
    }

    private synchronized void forget(Thread watcher) {
        watchers.remove(watcher);
    }

    synchronized int watching() {
        return watchers.size();
    }

    /** Before the web server waits for the requests that are under way: these would never end. */
    @EventListener(ContextClosedEvent.class)
    synchronized void end() {
        ended = true;
        watchers.forEach(Thread::interrupt);
    }
}
