package io.mappedpages;

import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FaultyStorageProvider.Fault;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;

/**
 * A log handler of the application throws. In {@code open} that left a pager behind that nobody could close: its file
 * stayed locked for as long as the JVM lived.
 */
class ThrowingLogTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());
    private final Logger logger = Logger.getLogger("io.mappedpages");
    private final Level level = logger.getLevel();
    private final ThrowingHandler handler = new ThrowingHandler();

    /** How it fails. */
    enum Mistake {
        EXCEPTION {
            @Override
            void make() {
                throw new IllegalStateException("a handler's mistake");
            }
        },
        ERROR {
            @Override
            void make() {
                throw new NoClassDefFoundError("a handler's mistake");
            }
        };

        abstract void make();
    }

    private static final class ThrowingHandler extends Handler {
        private Mistake mistake = Mistake.EXCEPTION;
        private int thrown;

        @Override
        public void publish(LogRecord line) {
            thrown++;
            mistake.make();
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
    void throwInEveryLine() {
        logger.setLevel(Level.ALL);
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
    }

    @AfterEach
    void beQuietAgain() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
        logger.setLevel(level);
    }

    @ParameterizedTest
    @EnumSource
    void aFileThatWasRecoveredIsOpenedAllTheSame(Mistake mistake) {
        handler.mistake = mistake;
        Pager first = files.create();
        PageId id = filled(first, 1);
        first.close();
        RawPageFile raw = new RawPageFile(first.path());
        raw.spoilSlot(1 - raw.newestSlot());

        Pager pager = files.open(first.path());

        assertThat(handler.thrown).isPositive();
        assertThat(pager.recovery()).isPresent();
        pager.reopen();
        fill(pager, id, 2);
    }

    @ParameterizedTest
    @EnumSource
    void aPagerThatFailsIsUnavailableAndSaysSo(Mistake mistake) {
        handler.mistake = mistake;
        Pager pager = files.add(files.builder(10).storage(storage).create());
        storage.failNext(Call.SYNC_RANGES, Fault.SYNC_LOST);

        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(pager::alloc)
                .withStackTraceContaining("told to fail");

        assertThat(handler.thrown).isPositive();
        assertThat(pager.state()).isEqualTo(PagerState.UNAVAILABLE);
        pager.reopen();
        pager.alloc();
    }

    @ParameterizedTest
    @EnumSource
    void aPagerThatCannotBeClosedInOrderIsClosedAndSaysSo(Mistake mistake) {
        handler.mistake = mistake;
        Pager pager = files.add(files.builder(10).storage(storage).create());
        filled(pager, 1);
        storage.failNext(Call.SYNC, Fault.SYNC_LOST);

        assertThatExceptionOfType(PagerIoException.class).isThrownBy(pager::close);

        assertThat(handler.thrown).isPositive();
        assertThatCode(pager::close).doesNotThrowAnyException();
        files.open(pager.path());
    }

    /** What a growth that finds no room says to the log must not be taken for a failure of the growth. */
    @Test
    void aGrowthThatFindsNoRoomLeavesThePagerAsItWas() {
        Pager pager = files.add(files.builder(10).storage(storage).create());
        storage.failNth(Call.EXTEND, 1, Fault.OUT_OF_SPACE);
        storage.failNth(Call.EXTEND, 2, Fault.OUT_OF_SPACE);

        assertThatExceptionOfType(PagerFullException.class).isThrownBy(() -> pager.allocBulk(10));

        assertThat(handler.thrown).isPositive();
        assertThat(pager.state()).isEqualTo(PagerState.OPEN);
        pager.allocBulk(10);
    }
}
