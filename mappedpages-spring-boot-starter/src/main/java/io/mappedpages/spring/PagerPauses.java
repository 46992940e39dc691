package io.mappedpages.spring;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.Ordered;

import io.mappedpages.MappedPageException;
import io.mappedpages.Pager;
import io.mappedpages.PagerState;

/**
 * Gives the files of a context up while it is stopped, and takes them again when it goes on: the test framework pauses contexts
 * that it keeps for later, and another one may need the file meanwhile; a process that is checkpointed must have no file open.
 * Pagers stop last and start first.
 *
 * <p>
 * A context that is closed stops too, but that is not for a while: its beans have their pagers until they are destroyed.
 */
final class PagerPauses implements SmartLifecycle, ApplicationListener<ContextClosedEvent>, Ordered {

    /** Before whatever an application starts, and after whatever it stops. */
    static final int PHASE = Integer.MIN_VALUE + 1024;

    private static final Log LOG = LogFactory.getLog(PagerPauses.class);

    private final ApplicationContext context;
    private final MadePagers pagers;
    private final ObjectProvider<Openings> openings;
    private final List<Map.Entry<String, Pager>> paused = new ArrayList<>();
    private volatile boolean closing;
    private volatile boolean running;

    PagerPauses(ApplicationContext context, MadePagers pagers, ObjectProvider<Openings> openings) {
        this.context = context;
        this.pagers = pagers;
        this.openings = openings;
    }

    @Override
    public void onApplicationEvent(ContextClosedEvent event) {
        if (event.getApplicationContext().equals(context)) { // and not a child's
            closing = true;
        }
    }

    /** First: if another listener fails, those behind it are not told. */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    /** On another thread it could come too late. */
    @Override
    public boolean supportsAsyncExecution() {
        return false;
    }

    @Override
    public void start() {
        running = true;
        for (Map.Entry<String, Pager> entry : paused) {
            resume(entry.getKey(), entry.getValue());
        }
        paused.clear();
    }

    /** It stays unavailable if that fails, and health says so: what else there is may go on without it. */
    private void resume(String name, Pager pager) {
        if (pager.state() == PagerState.SUSPENDED) {
            try {
                openings.getIfAvailable(() -> Openings.UNSEEN).reopen(name, pager, PagerOpenTrigger.RESUME);
                LOG.info("Pager '" + name + "' has " + pager.path() + " open again");
            } catch (MappedPageException e) {
                LOG.error("Pager '" + name
                        + "' is unavailable, because its file could not be opened again when the context "
                        + "went on", e);
            }
        }
    }

    @Override
    public void stop() {
        running = false;
        if (!closing) {
            pagers.pagers().entrySet().forEach(entry -> pause(entry.getKey(), entry.getValue()));
        }
    }

    private void pause(String name, Pager pager) {
        if (pager.state() == PagerState.OPEN || pager.state() == PagerState.UNAVAILABLE) {
            try {
                pager.suspend();
                LOG.info("Pager '" + name + "' has given up " + pager.path() + " while the context is stopped");
            } catch (MappedPageException e) {
                LOG.warn("Pager '" + name + "' could not give its file up in order, now that the context is stopped",
                        e);
            }
            if (pager.state() == PagerState.SUSPENDED) {
                paused.add(Map.entry(name, pager));
            }
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
