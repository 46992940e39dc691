package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FaultyStorageProvider.Event;
import io.mappedpages.internal.storage.FaultyStorageProvider.Fault;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.PageFiles;

/**
 * Closing while an I/O operation uses a buffer of a page. The file stayed mapped and locked until the JVM ended then, and
 * closing again did nothing.
 */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class CloseWhileInUseTest {

    private static final int LOG2 = 20;

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());

    private Pager impatient() {
        return files.add(files.builder(LOG2).commitMode(CommitMode.CHECKPOINT).storage(storage)
                .borrowTimeout(Duration.ofMillis(50)).create());
    }

    /** Somebody who writes a page to a pipe that nobody empties, from its construction until it is closed. */
    private static final class Writer implements AutoCloseable {
        private final Pipe pipe;
        private final Thread thread;

        Writer(ByteBuffer page) throws IOException {
            pipe = Pipe.open();
            thread = Thread.ofPlatform().start(() -> {
                try {
                    pipe.sink().write(page); // more than a pipe takes
                } catch (IOException e) {
                    // the pipe was closed, as it should be
                }
            });
            pipe.source().read(ByteBuffer.allocate(1)); // it has begun, and will not end
        }

        @Override
        public void close() throws IOException {
            pipe.source().close();
            pipe.sink().close();
            while (thread.isAlive()) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void closingAgainFinishesWhatCouldNotBeFinished() throws Exception {
        Pager pager = impatient();
        PageId id = filled(pager, 1);
        MappedPage lent = pager.read(id);
        try (Writer _ = new Writer(lent.byteBuffer())) {
            for (int i = 0; i < 2; i++) {
                assertThatExceptionOfType(PagerIoException.class).isThrownBy(pager::close)
                        .withMessageContaining(pager.path().toString()).withMessageContaining("page " + id.number())
                        .withMessageContaining("call close() again").withCauseInstanceOf(IOException.class);

                assertThat(pager.state()).isEqualTo(PagerState.CLOSED);
                assertThatExceptionOfType(PagerClosedException.class).isThrownBy(pager::alloc);
                assertThatExceptionOfType(PagerClosedException.class).isThrownBy(pager::reopen);
                assertThatExceptionOfType(PagerLockedException.class).isThrownBy(() -> Pager.open(pager.path()));
            }
        }
        lent.close();

        pager.close();

        assertThatCode(pager::close).doesNotThrowAnyException();
        assertThat(pager.path().toFile().length()).isEqualTo(4L << LOG2);
        assertFilled(files.open(pager.path()), id, 1);
    }

    @Test
    void suspendingAgainFinishesWhatCouldNotBeFinished() throws Exception {
        Pager pager = impatient();
        PageId id = filled(pager, 1);
        MappedPage lent = pager.read(id);
        try (Writer _ = new Writer(lent.byteBuffer())) {
            for (int i = 0; i < 2; i++) {
                assertThatExceptionOfType(PagerIoException.class).isThrownBy(pager::suspend)
                        .withMessageContaining("cannot be given up yet").withMessageContaining("call suspend() again");
                assertThat(pager.state()).isEqualTo(PagerState.SUSPENDED);
                assertThatExceptionOfType(PagerLockedException.class).isThrownBy(() -> Pager.open(pager.path()));
            }
        }
        lent.close();

        pager.suspend();

        Pager.open(pager.path()).close();
        pager.reopen();
        assertFilled(pager, id, 1);
    }

    /** What was stored while it could not be given up yet is synced when it is reopened; that this failed was kept to itself. */
    @Test
    void aSyncThatFailsAfterAllIsToldByTheCallThatFinishes() throws Exception {
        Pager pager = impatient();
        MappedPage lent = pager.read(filled(pager, 1));
        try (Writer _ = new Writer(lent.byteBuffer())) {
            assertThatExceptionOfType(PagerIoException.class).isThrownBy(pager::suspend);
        }
        lent.close();
        storage.failNext(Call.SYNC, Fault.BEFORE);

        assertThatExceptionOfType(PagerIoException.class).isThrownBy(pager::reopen)
                .withMessageContaining("may not be durable");

        assertThat(pager.state()).isEqualTo(PagerState.UNAVAILABLE);
        pager.reopen();
    }

    @Test
    void aBufferThatIsUsedPastItsBorrowIsSaidToBeOne() throws Exception {
        Pager pager = impatient();
        ByteBuffer kept;
        try (MappedPage lent = pager.read(filled(pager, 1))) {
            kept = lent.byteBuffer();
        }
        try (Writer _ = new Writer(kept)) {
            assertThatExceptionOfType(PagerIoException.class).isThrownBy(pager::close)
                    .withMessageContaining("past its borrow");
        }

        pager.close();
        files.open(pager.path());
    }

    /** A container that closes its beans does so once, and then forgets them. */
    @Test
    void whatNobodyClosesAgainIsClosedWhenThePagerIsForgotten() throws Exception {
        Path path = files.path();
        Writer writer = closedWhileInUse(path);
        assertThatExceptionOfType(PagerLockedException.class).isThrownBy(() -> Pager.open(path));
        writer.close();

        while (true) {
            System.gc();
            try {
                Pager.open(path).close();
                break;
            } catch (PagerLockedException e) {
                Thread.sleep(10); // interruptible, so that a failure is a timeout and not a hang
            }
        }
    }

    private static Writer closedWhileInUse(Path path) throws IOException {
        Pager pager = Pager.builder(path).pageSizeLog2(LOG2).borrowTimeout(Duration.ZERO).create();
        MappedPage lent = pager.read(filled(pager, 1));
        Writer writer = new Writer(lent.byteBuffer());
        assertThatExceptionOfType(PagerIoException.class).isThrownBy(pager::close);
        lent.close();
        return writer;
    }

    /**
     * A failed sync is not tried again, for the second one would succeed without having written anything. It was told as a
     * detail of why the file could not be closed yet, and the call that closed it said that all was well.
     */
    @Test
    void aSyncThatFailedIsNotTriedAgainAndToldByTheCallThatClosesTheFile() throws Exception {
        Pager pager = impatient();
        PageId id = filled(pager, 1);
        MappedPage lent = pager.read(id);
        storage.reset();
        try (Writer _ = new Writer(lent.byteBuffer())) {
            storage.failNext(Call.SYNC, Fault.SYNC_LOST);
            assertThatExceptionOfType(PagerIoException.class).isThrownBy(pager::close)
                    .withStackTraceContaining("told to fail: SYNC");
            storage.failNext(Call.SYNC, Fault.SYNC_LOST);
            assertThatExceptionOfType(PagerIoException.class).isThrownBy(pager::close).satisfies(
                    e -> assertThat(e.getCause()).hasStackTraceContaining("told to fail: SYNC"));
        }
        lent.close();

        assertThatExceptionOfType(PagerIoException.class).isThrownBy(pager::close)
                .withMessageContaining("may not be durable").withStackTraceContaining("told to fail: SYNC");
        assertThatCode(pager::close).doesNotThrowAnyException();

        assertThat(storage.count(Call.SYNC)).isEqualTo(1);
        assertThat(storage.count(Call.TRUNCATE)).as("a file that may not be durable is not cut").isZero();
        files.open(pager.path());
    }

    /**
     * What the operation stored into the page after the first call had synced the file was never synced. A reopen that was
     * refused for the same reason left nothing for the close that came instead of it.
     */
    @Test
    void whatWasStoredUntilTheFileWasUnmappedIsDurable() throws Exception {
        for (Consumer<Pager> first : List.<Consumer<Pager>>of(Pager::close, Pager::reopen)) {
            Pager pager = impatient();
            WritablePage lent = pager.write(pager.alloc());
            try (Writer _ = new Writer(lent.byteBuffer())) {
                assertThatExceptionOfType(PagerIoException.class).isThrownBy(() -> first.accept(pager))
                        .withMessageContaining("again");
                lent.bytes().fill((byte) 1);
            }
            lent.close();
            storage.reset();

            pager.close();

            assertThat(storage.count(Call.SYNC)).isEqualTo(1);
            assertThat(storage.events()).extracting(Event::call).containsSubsequence(Call.SYNC, Call.CLOSE);
        }
    }

    @Test
    void reopeningAgainWorksWhenTheBufferIsFreeAgainAndClosingInsteadDoes() throws Exception {
        for (boolean close : new boolean[] {false, true}) {
            Pager pager = impatient();
            PageId id = filled(pager, 1);
            MappedPage lent = pager.read(id);
            try (Writer _ = new Writer(lent.byteBuffer())) {
                assertThatExceptionOfType(PagerIoException.class).isThrownBy(pager::reopen)
                        .withMessageContaining("call reopen() again");
                assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(pager::alloc)
                        .withMessageContaining("call reopen() again");
            }
            lent.close();
            if (close) {
                pager.close();
                files.open(pager.path());
            } else {
                pager.reopen();
                assertFilled(pager, fill(pager, id, 2), 2);
            }
        }
    }
}
