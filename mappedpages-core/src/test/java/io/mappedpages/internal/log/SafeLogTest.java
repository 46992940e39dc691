package io.mappedpages.internal.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is behind the log decides nothing, and the log says who spoke. */
class SafeLogTest {

    private static final SafeLog LOG = SafeLog.of(SafeLogTest.class);

    private final Logger logger = Logger.getLogger(SafeLogTest.class.getName());
    private final Recording handler = new Recording();

    private static final class Recording extends Handler {
        private final List<String> sources = new ArrayList<>();
        private boolean throwing;

        @Override
        public void publish(LogRecord line) {
            sources.add(line.getSourceClassName());
            if (throwing) {
                throw new IllegalStateException("a handler's mistake");
            }
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

    @Test
    void theSourceOfALineIsWhoHadSomethingToSay() {
        LOG.log(Level.INFO, "plain");
        LOG.log(Level.INFO, "with a failure", new IllegalStateException("on purpose"));
        LOG.log(Level.INFO, "with {0}", "a parameter");
        LOG.logAtOnce(Level.INFO, "at once");
        LOG.log(Level.INFO, (ResourceBundle) null, "of a bundle", (Throwable) null);
        LOG.log(Level.INFO, (ResourceBundle) null, "of a bundle, with {0}", "a parameter");
        LOG.log(Level.INFO, () -> "made when it is needed");

        assertThat(handler.sources).hasSize(7).containsOnly(SafeLogTest.class.getName());
    }

    @Test
    void itIsTheLoggerOfItsClass() {
        logger.setLevel(java.util.logging.Level.WARNING);

        LOG.log(Level.INFO, "of no interest");

        assertThat(LOG.getName()).isEqualTo(SafeLogTest.class.getName());
        assertThat(LOG.isLoggable(Level.INFO)).isFalse();
        assertThat(LOG.isLoggable(Level.WARNING)).isTrue();
        assertThat(handler.sources).isEmpty();
    }

    @Test
    void aHandlerThatThrowsIsNobodysTrouble() {
        handler.throwing = true;

        assertThatCode(() -> LOG.log(Level.INFO, "a line")).doesNotThrowAnyException();
        assertThat(handler.sources).hasSize(1);
    }
}
