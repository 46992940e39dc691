package io.mappedpages.internal.log;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ResourceBundle;

import org.jspecify.annotations.Nullable;

/**
 * A log that never throws. What is behind a logger belongs to the application; a handler of its that throws, out of
 * memory or by mistake, must not decide what becomes of a file that is half closed or of a commit. Nor does it run while
 * others wait for this thread, see {@link Silence}.
 *
 * <p>It is a {@link Logger} itself, because {@code java.util.logging} takes the first caller that is none for the source of a
 * line: so that is the class that had something to say.
 */
public final class SafeLog implements Logger {

    private final Logger logger;

    private SafeLog(Logger logger) {
        this.logger = logger;
    }

    /** {@return the log of a class} */
    public static SafeLog of(Class<?> type) {
        return new SafeLog(System.getLogger(type.getName()));
    }

    @Override
    public String getName() {
        return logger.getName();
    }

    /** {@return whether lines of this level are written} A logger that cannot say so gets them. */
    @Override
    public boolean isLoggable(Level level) {
        try {
            return logger.isLoggable(level);
        } catch (RuntimeException | Error e) {
            return true;
        }
    }

    /** Writes a line. */
    @Override
    public void log(Level level, String message) {
        log(level, message, (Throwable) null);
    }

    /** Writes a line and the stack of {@code thrown}. */
    @Override
    public void log(Level level, String message, @Nullable Throwable thrown) {
        sayOrKeep(() -> logger.log(level, message, thrown));
    }

    /** Writes a line, in which {@code {0}} and so on stand for the parameters. */
    @Override
    public void log(Level level, String format, Object... parameters) {
        sayOrKeep(() -> logger.log(level, format, parameters));
    }

    @Override
    public void log(Level level, @Nullable ResourceBundle bundle, String message, @Nullable Throwable thrown) {
        sayOrKeep(() -> logger.log(level, bundle, message, thrown));
    }

    @Override
    public void log(Level level, @Nullable ResourceBundle bundle, String format, Object... parameters) {
        sayOrKeep(() -> logger.log(level, bundle, format, parameters));
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
