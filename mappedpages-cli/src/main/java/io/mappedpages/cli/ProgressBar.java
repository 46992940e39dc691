package io.mappedpages.cli;

import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A line on the terminal that shows how much of something is done, drawn by a thread of its own until this is closed, and then wiped. On what is no terminal
 * nothing is drawn.
 */
final class ProgressBar implements AutoCloseable {

    private static final int WIDTH = 40;
    private static final long REDRAW_MILLIS = 200;
    private static final long MOST = 1000;

    private final PrintWriter out;
    private final String what;
    private final LongSupplier done;
    private final long total;
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread;

    private ProgressBar(PrintWriter out, String what, LongSupplier done, long total) {
        this.out = out;
        this.what = what;
        this.done = done;
        this.total = Math.max(1, total);
        this.thread = Thread.ofPlatform().daemon().name("progress").unstarted(this::draw);
    }

    /**
     * Begins to draw.
     *
     * @param out   the terminal
     * @param drawn whether it is one
     * @param what  is being done
     * @param done  how much is done, in bytes; negative if that is not known
     * @param total how much there is, about
     */
    static ProgressBar start(PrintWriter out, boolean drawn, String what, LongSupplier done, long total) {
        ProgressBar bar = new ProgressBar(out, what, done, total);
        if (drawn) {
            bar.thread.start();
        }
        return bar;
    }

    private void draw() {
        try {
            do {
                out.print("\r" + line(done.getAsLong()));
                out.flush();
            } while (!end.await(REDRAW_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        out.print("\r" + " ".repeat(line(0).length() + WIDTH / 2) + "\r");
        out.flush();
    }

    /** It is not full before the end: how much there is, is not known exactly. */
    String line(long bytes) {
        if (bytes < 0) {
            return what + " …";
        }
        long thousandths = Math.min(MOST - 1, MOST * Math.min(bytes, total) / total);
        int full = (int) (WIDTH * thousandths / MOST);
        return what + " [" + "#".repeat(full) + " ".repeat(WIDTH - full) + "] " + thousandths / 10 + " %, "
                + Units.bytes(bytes) + " read";
    }

    @Override
    public void close() {
        end.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
