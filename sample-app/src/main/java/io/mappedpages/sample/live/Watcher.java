package io.mappedpages.sample.live;

import java.io.IOException;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import io.mappedpages.MappedPageException;
import io.mappedpages.Pager;
import io.mappedpages.PagerState;
import io.mappedpages.PagerStats;
import io.mappedpages.sample.StoredBytes;
import io.mappedpages.sample.load.Load;

/**
 * Tells one browser what it does not know, until it is gone or this is interrupted. What happens between two looks is told
 * as one. If the browser is slow, sending waits, and so does the next look.
 */
final class Watcher implements Runnable {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(400);
    private static final long SOONER_AGAIN_MILLIS = 500;
    /** Looking at the map may take this part of the time at most. */
    private static final int MAP_SHARE = 10;

    /**
     * What all watchers look at.
     *
     * @param pager the pager
     * @param activity what it has told
     * @param stored what users have stored
     * @param load the load inside of the service
     */
    record Sights(Pager pager, Activity activity, StoredBytes stored, Load load) {

        LiveStats.Moment now() {
            return new LiveStats.Moment(System.nanoTime(), activity.totals(), stored.sum());
        }
    }

    /**
     * What a browser is told first.
     *
     * @param instance another one after each start of the service
     * @param pageSize bytes in a page
     * @param demo whether there are failure switches
     */
    record Hello(String instance, int pageSize, boolean demo) {
    }

    private final SseEmitter browser;
    private final Hello hello;
    private final Sights sights;
    private final MapWindow map;
    private LiveStats.Moment before;
    private long generation = -1;
    private long mapNotBefore = System.nanoTime();

    Watcher(SseEmitter browser, Hello hello, Sights sights, MapWindow map) {
        this.browser = browser;
        this.hello = hello;
        this.sights = sights;
        this.map = map;
        this.before = sights.now();
    }

    @Override
    public void run() {
        try {
            browser.send(SseEmitter.event().name("hello").reconnectTime(SOONER_AGAIN_MILLIS)
                    .data(hello, MediaType.APPLICATION_JSON));
            while (true) {
                look();
                Thread.sleep(BETWEEN_LOOKS);
            }
        } catch (IOException | InterruptedException e) {
            // the browser is gone, or the service is about to end
        } finally {
            browser.complete();
        }
    }

    private void look() throws IOException {
        PagerStats stats = sights.pager().stats();
        MapWindow.Change change = stats.state() == PagerState.OPEN ? mapChange(stats.generation()) : null;
        if (change != null) {
            send("map", change);
        }
        LiveStats.Moment now = sights.now();
        send("stats", LiveStats.of(stats, LiveStats.Since.of(before, now), head(), sights.load().status(),
                sights.load().survival()));
        before = now;
    }

    /** Large files take long to look at, so they are looked at more seldom. */
    private MapWindow.@Nullable Change mapChange(long newest) {
        long begin = System.nanoTime();
        if (newest == generation || begin - mapNotBefore < 0) {
            return null;
        }
        try {
            MapWindow.Change change = map.look(sights.pager());
            generation = newest;
            return change;
        } catch (MappedPageException e) {
            return null; // the next look, or the state, tells more
        } finally {
            long end = System.nanoTime();
            mapNotBefore = end + (end - begin) * MAP_SHARE;
        }
    }

    private @Nullable FileHead head() {
        try {
            return FileHead.read(sights.pager().path(), sights.pager().pageSize());
        } catch (IOException e) {
            return null;
        }
    }

    private void send(String name, Object data) throws IOException {
        browser.send(SseEmitter.event().name(name).data(data, MediaType.APPLICATION_JSON));
    }
}
