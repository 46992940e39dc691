package io.mappedpages.internal.log;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

import org.jspecify.annotations.Nullable;

/**
 * A log that never throws. What is behind a logger belongs to the application; a handler of its that throws, out of
 * memory or by mistake, must not decide what becomes of a file that is half closed or of a commit. Nor does it run while
 * others wait for this thread, see {@link Silence}.
 */
public final class SafeLog {

    private final Logger logger;

    private SafeLog(Logger logger) {
        this.logger = logger;
    }

    /** {@return the log of a class} */
    public static SafeLog of(Class<?> type) {
        return new SafeLog(System.getLogger(type.getName()));
    }

    /** Writes a line. */
    public void log(Level level, String message) {
        log(level, message, (Throwable) null);
    }

    /** Writes a line and the stack of {@code thrown}. */
    public void log(Level level, String message, @Nullable Throwable thrown) {
        sayOrKeep(() -> logger.log(level, message, thrown));
    }

    /** Writes a line, in which {@code {0}} and so on stand for the parameters. */
    public void log(Level level, String format, Object... parameters) {
        sayOrKeep(() -> logger.log(level, format, parameters));
    }

    /**
     * Writes a line at once, also if the thread has what others wait for: for what takes long, and only where a handler that
     * calls the pager waits for nobody.
     */
    public void logAtOnce(Level level, String message) {
        say(() -> logger.log(level, message));
    }

    private static void sayOrKeep(Runnable line) {
        say(() -> {
            if (!Silence.keep(line)) {
                line.run();
            }
        });
    }

    /** Never throws. */
    static void say(Runnable line) {
        try {
            line.run();
        } catch (RuntimeException | Error e) {
            // The line is lost. There is nowhere to say so: the log is where it would be said.
        }
    }
}
