package io.mappedpages.internal.log;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

import org.jspecify.annotations.Nullable;

/**
 * A log that never throws. What is behind a logger belongs to the application; a handler of its that throws, out of
 * memory or by mistake, must not decide what becomes of a file that is half closed or of a commit.
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
        try {
            logger.log(level, message, thrown);
        } catch (RuntimeException | Error e) {
            // The line is lost. There is nowhere to say so: the log is where it would be said.
        }
    }

    /** Writes a line, in which {@code {0}} and so on stand for the parameters. */
    public void log(Level level, String format, Object... parameters) {
        try {
            logger.log(level, format, parameters);
        } catch (RuntimeException | Error e) {
            // as above
        }
    }
}
