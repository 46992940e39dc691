package io.mappedpages.internal.log;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * While a thread has what others wait for, nothing of the application's may run in it: a handler of the log may do anything,
 * call the pager and wait for those very others. So what {@link SafeLog} is told meanwhile is kept, and written when
 * the thread has given everything back, on the same thread and in the same order.
 *
 * <p>Silences of a thread may be nested; the outermost counts.
 */
public final class Silence {

    /** More is not kept. */
    private static final int MOST = 100;

    private static final SafeLog LOG = SafeLog.of(Silence.class);
    private static final ThreadLocal<@Nullable Silence> OF_THREAD = new ThreadLocal<>();

    private final List<Runnable> lines = new ArrayList<>(0);
    private int depth;
    private long lost;

    private Silence() {
    }

    /** From now on this thread keeps to itself what it has to say. If this throws, it does not. */
    public static void begin() {
        Silence silence = OF_THREAD.get();
        if (silence == null) {
            silence = new Silence();
            OF_THREAD.set(silence);
        }
        silence.depth++;
    }

    /** Ends the last {@link #begin}, and says what there is to say if it was the outermost. Never throws. */
    public static void end() {
        Silence silence = OF_THREAD.get();
        if (silence != null && --silence.depth == 0) {
            OF_THREAD.remove();
            for (Runnable line : silence.lines) { // with forEach the list would be the source of each line
                SafeLog.say(line);
            }
            if (silence.lost > 0) {
                LOG.log(Level.WARNING, "{0} lines like the last ones were not written", silence.lost);
            }
        }
    }

    /** {@return whether this thread is silent} Then the line is kept. */
    static boolean keep(Runnable line) {
        Silence silence = OF_THREAD.get();
        if (silence == null) {
            return false;
        }
        if (silence.lines.size() < MOST) {
            silence.lines.add(line);
        } else {
            silence.lost++;
        }
        return true;
    }
}
