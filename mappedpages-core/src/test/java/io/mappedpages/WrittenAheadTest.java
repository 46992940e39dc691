package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filledProtected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FaultyStorageProvider.Event;
import io.mappedpages.internal.storage.FaultyStorageProvider.Fault;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.Background;
import io.mappedpages.testing.PageFiles;

/** Who has to wait for another's commit writes the content of its page meanwhile. */
@Timeout(60)
class WrittenAheadTest {

    private static final int PAGE = 1 << 12;

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();
    private final FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());

    private PagerBuilder builder(Path path, CommitMode mode) {
        return Pager.builder(path).pageSizeLog2(12).initialSize(4 << 20).reserve(false).commitMode(mode)
                .storage(storage);
    }

    /** What somebody else does, until it waits, in the middle of a commit. */
    private final class Meanwhile {
        private final Background<Boolean> second;
        private final List<Event> seen;

        /**
         * @param call       the call of the commit before which the second comes
         * @param beforehand what happens before the second comes
         */
        Meanwhile(Pager pager, Call call, Runnable beforehand, Runnable what) {
            List<Background<Boolean>> others = new ArrayList<>();
            List<Event> events = new ArrayList<>();
            storage.beforeNext(call, () -> {
                storage.reset();
                beforehand.run();
                others.add(Background.run(what).untilItWaits());
                events.addAll(storage.events());
            });
            try {
                pager.alloc();
            } catch (PagerUnavailableException e) {
                assertThat(pager.state()).isEqualTo(PagerState.UNAVAILABLE); // of what was done beforehand
            }
            second = others.getFirst();
            seen = events;
        }

        private List<Event> writes() {
            return seen.stream().filter(event -> event.call() == Call.WRITE).toList();
        }
    }

    @ParameterizedTest
    @EnumSource(CommitMode.class)
    void thePageIsWrittenBeforeItsTurn(CommitMode mode) {
        Pager pager = files.add(builder(files.path(), mode).create());
        ProtectedPageId id = filledProtected(pager, 1);

        Meanwhile meanwhile = new Meanwhile(pager, Call.SYNC_RANGES, () -> {
        }, () -> fill(pager, id, 2));
        meanwhile.second.result();

        assertThat(meanwhile.writes()).singleElement().extracting(Event::length).isEqualTo((long) PAGE);
        assertFilled(pager, id, 2);
        Pager killed = files.add(Pager.builder(files.copyOf(pager)).open());
        assertFilled(killed, id, 2);
    }

    /** The sync of the commit before may have begun before the page was written. */
    @ParameterizedTest
    @EnumSource(CommitMode.class)
    void itIsMadeDurableWithItsOwnCommit(CommitMode mode) {
        Pager pager = files.add(builder(files.path(), mode).create());
        ProtectedPageId id = filledProtected(pager, 1);

        Meanwhile meanwhile = new Meanwhile(pager, Call.SYNC_RANGES, () -> {
        }, () -> fill(pager, id, 2));
        meanwhile.second.result();

        long written = meanwhile.writes().getFirst().offset();
        List<Event> all = storage.events();
        assertThat(all.stream().filter(event -> event.call() == Call.SYNC_RANGES)
                .filter(event -> event.ranges().stream()
                        .anyMatch(range -> range.offset() <= written && written + PAGE <= range.end())))
                .hasSize(1);
    }

    /** What opening found is not known to be durable before the first commit has seen to that. */
    @Test
    void nothingIsWrittenBeforeTheFirstCommitOfAnOpeningHasLooked() {
        Pager pager = files.add(builder(files.path(), CommitMode.CHECKPOINT).create());
        ProtectedPageId id = filledProtected(pager, 1);
        pager.close();
        Pager again = files.add(builder(pager.path(), CommitMode.CHECKPOINT).open());

        try (ProtectedPageWriter page = again.write(id)) {
            page.bytes().fill((byte) 2);
            Meanwhile meanwhile = new Meanwhile(again, Call.SYNC, () -> {
            }, page::commit);
            meanwhile.second.result();

            assertThat(meanwhile.writes()).isEmpty();
        }
        assertFilled(again, id, 2);
    }

    @Test
    void nothingIsWrittenToAFileOverWhichSomebodyHasPutAnOlderCopy() throws IOException {
        Pager pager = files.add(builder(files.path(), CommitMode.CHECKPOINT).create());
        ProtectedPageId id = filledProtected(pager, 1);
        byte[] older = Files.readAllBytes(pager.path());
        fill(pager, id, 2);

        Meanwhile meanwhile = new Meanwhile(pager, Call.SYNC_RANGES, () -> putOver(pager.path(), older),
                () -> fill(pager, id, 3));

        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(meanwhile.second::result);
        assertThat(meanwhile.writes()).isEmpty();
        assertThat(filledWith(pager.path(), 3)).isFalse();
        files.damaged(pager.path());
    }

    @Test
    void nothingIsWrittenToAFileThatSomebodyHasCutOff() throws IOException {
        Pager pager = files.add(builder(files.path(), CommitMode.CHECKPOINT).create());
        ProtectedPageId id = filledProtected(pager, 1);

        try (ProtectedPageWriter page = pager.write(id)) {
            Meanwhile meanwhile = new Meanwhile(pager, Call.SYNC_RANGES, () -> cutOff(pager.path()), page::commit);

            assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(meanwhile.second::result);
            assertThat(meanwhile.writes()).isEmpty();
        }
        assertThat(Files.size(pager.path())).isEqualTo(3 * PAGE);
        files.damaged(pager.path());
    }

    @ParameterizedTest
    @EnumSource(CommitMode.class)
    void whatFailsThereStopsThePagerAndChangesNothing(CommitMode mode) {
        Pager pager = files.add(builder(files.path(), mode).create());
        ProtectedPageId id = filledProtected(pager, 1);

        Meanwhile meanwhile = new Meanwhile(pager, Call.SYNC_RANGES, () -> storage.failNext(Call.WRITE, Fault.HALF),
                () -> fill(pager, id, 2));

        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(meanwhile.second::result)
                .withMessageContaining("told to fail");
        assertThat(pager.state()).isEqualTo(PagerState.UNAVAILABLE);
        assertThat(pager.stats().openBorrows()).isZero();
        pager.reopen();
        assertFilled(pager, id, 1);
        fill(pager, id, 3);
        assertThat(pager.verify().findings()).isEmpty();
    }

    private static void putOver(Path path, byte[] content) {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(content), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void cutOff(Path path) {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            file.truncate(3 * PAGE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean filledWith(Path path, int value) throws IOException {
        byte[] all = Files.readAllBytes(path);
        byte[] page = new byte[PAGE];
        Arrays.fill(page, (byte) value);
        for (int at = 0; at < all.length; at += PAGE) {
            if (Arrays.equals(all, at, at + PAGE, page, 0, PAGE)) {
                return true;
            }
        }
        return false;
    }

    /** A backup that begins then is told of no write, and finds the pages free. Wherever it is when the commit is published, it has them. */
    @ParameterizedTest
    @EnumSource(CommitMode.class)
    void whatWasWrittenAheadIsInABackupThatBeganMeanwhile(CommitMode mode) {
        for (int pieces = 1; pieces <= 8; pieces++) {
            int last = pieces;
            Pager pager = files.add(builder(files.path(), mode).create());
            List<ProtectedPageId> before = pager.allocProtectedBulk(3);
            before.forEach(id -> fill(pager, id, 0x33));
            pager.checkpoint();
            Path target = files.path();
            List<Background<Boolean>> writers = new ArrayList<>();
            List<Background<Boolean>> backups = new ArrayList<>();
            int[] copied = new int[1];
            storage.beforeNext(Call.SYNC_RANGES, () -> {
                writers.add(Background.run(() -> insertFilled(pager, 0x44)).untilItWaits());
                backups.add(Background.run(() -> pager.backup(target, _ -> {
                    if (++copied[0] == last) {
                        writers.getFirst().result();
                    }
                })).untilItWaits());
            });

            pager.alloc();
            writers.getFirst().result();
            backups.getFirst().result();

            try (Pager backup = Pager.open(target)) {
                assertThat(backup.verify().findings()).as("when %d pieces were copied", last).isEmpty();
                backup.allocatedProtectedPages().filter(id -> !before.contains(id))
                        .forEach(id -> assertFilled(backup, id, 0x44));
            }
        }
    }

    private static void insertFilled(Pager pager, int value) {
        pager.transact(transaction -> {
            ProtectedPageId id = transaction.allocProtected();
            transaction.write(id).bytes().fill((byte) value);
            return id;
        });
    }
}
