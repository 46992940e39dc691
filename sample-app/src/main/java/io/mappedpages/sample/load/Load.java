package io.mappedpages.sample.load;

import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

import io.mappedpages.MappedPageException;
import io.mappedpages.PageNotAllocatedException;
import io.mappedpages.Pager;
import io.mappedpages.PagerFullException;
import io.mappedpages.PagerIoException;
import io.mappedpages.PagerState;
import io.mappedpages.PagerUnavailableException;
import io.mappedpages.sample.StoredBytes;

/**
 * Writers that rewrite a protected page each, until they are told to stop, their time is up, or the service ends. They
 * take no more room than those pages, and give them back. Any thread may call any method.
 */
@Component
public final class Load implements DisposableBean {

    /** Writers at a time. */
    public static final int MOST_WRITERS = 256;

    /** Regular pages that {@link #scribble()} writes to. */
    static final int SCRIBBLERS = 4;

    private static final Logger LOG = LoggerFactory.getLogger(Load.class);
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final Pager pager;
    private final StoredBytes stored;
    private final LongAdder acknowledged = new LongAdder();
    /** The writers that have not come to their end, by their entry of the ledger. */
    private final Map<Integer, Thread> writers = new HashMap<>();
    private @Nullable Ledger ledger;
    private volatile @Nullable Survival survival;
    private volatile @Nullable String stopped;
    private volatile int wanted;
    private volatile long endsAt;
    private volatile boolean ended;

    Load(Pager pager, StoredBytes stored) {
        this.pager = pager;
        this.stored = stored;
    }

    /**
     * What the load is doing.
     *
     * @param writers how many are at work or about to be
     * @param mostWriters how many there can be
     * @param acknowledged writes that were acknowledged since there was no writer last
     * @param secondsLeft until they end by themselves; 0 if there are none
     * @param stopped why they ended before anybody told them to; absent if they did not
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Status(int writers, int mostWriters, long acknowledged, long secondsLeft, @Nullable String stopped) {
    }

    /**
     * Has so many writers from now on, for two minutes.
     *
     * @param count 0 to {@link #MOST_WRITERS}
     * @return what it is doing
     * @throws MappedPageException if the pager is not open
     */
    public synchronized Status write(int count) {
        if (ended) {
            return status();
        }
        if (count > 0) {
            begin();
        }
        endsAt = System.nanoTime() + LONGEST.toNanos();
        wanted = count;
        for (int entry = 0; entry < count; entry++) {
            if (!writers.containsKey(entry) && !ledger().isUsed(entry)) { // a used one is to be settled first
                writers.put(entry, start(entry));
            }
        }
        return status();
    }

    private void begin() {
        if (writers.isEmpty()) {
            settle();
            acknowledged.reset();
        }
        stopped = null;
    }

    private Thread start(int entry) {
        return Thread.ofVirtual().name("load-", entry).start(() -> work(entry));
    }

    private void work(int entry) {
        Writer writer = new Writer(pager, ledger(), entry, () -> entry < wanted && !isOver(), this::acknowledge);
        do {
            try {
                writer.write();
            } catch (MappedPageException e) {
                if (stop(reason(e))) {
                    LOG.info("The load has stopped", e);
                }
            }
        } while (isToGoOn(entry));
    }

    private void acknowledge() {
        acknowledged.increment();
        stored.add(pager.pageSize());
    }

    private synchronized boolean isToGoOn(int entry) {
        if (entry < wanted && !isOver()) { // it was wanted again while it was coming to its end
            return true;
        }
        writers.remove(entry);
        return false;
    }

    private boolean isOver() {
        if (System.nanoTime() - endsAt >= 0 && wanted > 0) {
            stop("Two minutes are over.");
        }
        return wanted == 0;
    }

    /** {@return whether it had not stopped before} */
    private boolean stop(String why) {
        if (wanted == 0) {
            return false;
        }
        stopped = why;
        wanted = 0;
        return true;
    }

    /** For whoever looks at it from outside: the pager's own words are for its programmer. */
    private static String reason(MappedPageException failure) {
        return switch (failure) {
            case PagerFullException _ -> "There was no room for more pages.";
            case PageNotAllocatedException _ -> "Somebody deleted a writer's page.";
            case PagerUnavailableException _ -> "The store became unavailable.";
            case PagerIoException _ -> "The file could not be written.";
            default -> "A page could not be written; the service's log says why.";
        };
    }

    private synchronized Ledger ledger() {
        Ledger open = ledger;
        if (open == null) {
            open = Ledger.of(pager.path(), MOST_WRITERS + SCRIBBLERS);
            ledger = open;
        }
        return open;
    }

    /**
     * Writes over a few regular pages without a pause and without committing, until the process ends: so that a kill finds
     * them half written.
     */
    public void scribble() {
        for (int i = 0; i < SCRIBBLERS; i++) {
            Scribbler scribbler = new Scribbler(pager, ledger(), MOST_WRITERS + i, () -> !ended);
            Thread.ofPlatform().daemon().name("scribbler-", i).start(scribbler);
        }
    }

    /** Looks what became of a load that was cut off, by a kill or by a failure, and gives its pages back. */
    public synchronized void settle() {
        if (writers.isEmpty() && pager.state() == PagerState.OPEN && !ended) {
            Survival found = new Settlement(pager, ledger(), MOST_WRITERS).settle();
            if (found != null) {
                survival = found;
                LOG.info("Of a load that was cut off: {}", found);
            }
        }
    }

    /** The first thing that the service does, if a load was cut off by the end of the process before. */
    @EventListener(ApplicationStartedEvent.class)
    void settleWhatTheLastProcessLeft() {
        if (Files.exists(pager.path().resolveSibling(pager.path().getFileName() + Ledger.SUFFIX))) {
            try {
                settle();
            } catch (MappedPageException e) {
                LOG.warn("What a load left behind cannot be looked at: {}", e.getMessage());
            }
        }
    }

    /**
     * What it is doing.
     *
     * @return that
     */
    public Status status() {
        int now = isOver() ? 0 : wanted;
        long left = now == 0 ? 0 : Math.max(0, Duration.ofNanos(endsAt - System.nanoTime()).toSeconds());
        return new Status(now, MOST_WRITERS, acknowledged.sum(), left, stopped);
    }

    /**
     * What became of the last load that was cut off.
     *
     * @return that; null if none was
     */
    public @Nullable Survival survival() {
        return survival;
    }

    /** Before the web server waits for requests: there is no need to go on meanwhile. */
    @EventListener(ContextClosedEvent.class)
    void end() {
        ended = true;
        wanted = 0;
    }

    /** Waits for the writers. The pager is closed after this. */
    @Override
    public void destroy() throws InterruptedException {
        end();
        for (Thread writer : running()) {
            writer.join(Duration.ofSeconds(10));
        }
    }

    private synchronized List<Thread> running() {
        return new ArrayList<>(writers.values());
    }
}
