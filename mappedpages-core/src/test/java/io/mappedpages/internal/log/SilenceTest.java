package io.mappedpages.internal.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.mappedpages.testing.Background;

/** What is said while a thread has a lock is written when it has it no more. */
class SilenceTest {

    private static final SafeLog LOG = SafeLog.of(SilenceTest.class);

    private final Logger logger = Logger.getLogger("io.mappedpages.internal.log");
    private final QuietLock first = new QuietLock();
    private final QuietLock second = new QuietLock();
    private final Recording handler = new Recording();

    private static final class Recording extends Handler {
        private final List<String> lines = new CopyOnWriteArrayList<>();
        private Runnable then = () -> {
        };

        @Override
        public void publish(LogRecord line) {
            lines.add(line.getMessage());
            then.run();
        }

        @Override
        public void flush() {
            // nothing is kept
        }

        @Override
        public void close() {
            // nothing is held
        }
    }

    @BeforeEach
    void listen() {
        logger.setLevel(java.util.logging.Level.ALL);
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
    }

    @AfterEach
    void listenNoMore() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
        logger.setLevel(null);
    }

    private static void say(String line) {
        LOG.log(Level.INFO, line);
    }

    @Test
    void whoHasALockIsSilentUntilItHasNone() {
        first.lock();
        say("a");
        assertThat(second.tryLock()).isTrue();
        first.lock();
        say("b");
        first.unlock();
        first.unlock();
        say("c");
        assertThat(handler.lines).isEmpty();
        second.unlock();
        assertThat(handler.lines).containsExactly("a", "b", "c");
        say("d");
        assertThat(handler.lines).endsWith("d");
    }

    @Test
    void othersAreNotSilent() {
        first.lock();
        Background.run(() -> say("other")).result();
        assertThat(handler.lines).containsExactly("other");
        assertThat(Background.start(first::tryLock).result()).isFalse();
        Background.run(() -> {
            assertThat(first.tryLock()).isFalse();
            say("after a vain attempt");
        }).result();
        assertThat(handler.lines).endsWith("after a vain attempt");
        first.unlock();
    }

    @Test
    void aHandlerMayTakeTheLocksAndThrow() {
        handler.then = () -> {
            assertThat(first.isHeldByCurrentThread()).isFalse();
            Background.run(() -> {
                first.lock();
                first.unlock();
            }).result();
            throw new IllegalStateException("a handler's mistake");
        };
        first.lock();
        say("a");
        say("b");

        first.unlock();

        assertThat(handler.lines).containsExactly("a", "b");
        assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(first::unlock);
        say("c");
        assertThat(handler.lines).hasSize(3);
    }

    @Test
    void notEverythingIsKept() {
        first.lock();
        for (int i = 0; i < 1_000; i++) {
            say("line " + i);
        }

        first.unlock();

        assertThat(handler.lines).hasSize(101).startsWith("line 0").contains("line 99");
    }
}
