package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filled;
import static io.mappedpages.Pages.filledProtected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.StorageProvider;
import io.mappedpages.testing.Background;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.QuietLog;
import io.mappedpages.testing.RawPageFile;

/**
 * Somebody deletes, renames, replaces, overwrites or truncates the file while it is open. Commits, syncs, {@code verify}
 * and {@code close} were all fine then, and the data was gone or old.
 */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
abstract class ReplacedWhileOpenContract {

    @RegisterExtension
    final PageFiles files = PageFiles.inMemory();

    private final FaultyStorageProvider storage = new FaultyStorageProvider(provider());

    /** The files to be tried. */
    abstract StorageProvider provider();

    /** What somebody does to the file. */
    enum Mishap {
        DELETED("deleted", "before it is copied") {
            @Override
            void strike(Victim victim) throws IOException {
                Files.delete(victim.path);
            }
        },

        /** It had another name when it was deleted, by which nobody looked for it. */
        RENAMED_AND_DELETED("deleted", "before it is copied") {
            @Override
            void strike(Victim victim) throws IOException {
                Files.move(victim.path, victim.other);
                Files.delete(victim.other);
            }
        },

        RENAMED("renamed to", "Move it back") {
            @Override
            void strike(Victim victim) throws IOException {
                victim.ours = victim.other;
                Files.move(victim.path, victim.other);
            }
        },

        /** As {@code mv backup pages} does. */
        REPLACED("another file took the place", "before it is copied") {
            @Override
            void strike(Victim victim) throws IOException {
                Files.write(victim.other, victim.older);
                Files.move(victim.other, victim.path, StandardCopyOption.REPLACE_EXISTING);
            }
        },

        /** As log rotation does. */
        ROTATED("another file took the place", "Move it back") {
            @Override
            void strike(Victim victim) throws IOException {
                victim.ours = victim.other;
                Files.move(victim.path, victim.other);
                Files.write(victim.path, victim.older);
            }
        },

        /** As {@code cp backup pages} does, or {@code rsync --inplace}. */
        OVERWRITTEN("somebody else wrote to the file", "restore it from a backup") {
            @Override
            void strike(Victim victim) throws IOException {
                new RawPageFile(victim.path).write(0, victim.older);
            }
        },

        TRUNCATED("truncated", "restore the file from a backup") {
            @Override
            void strike(Victim victim) {
                new RawPageFile(victim.path).truncate(5 << 10);
            }
        };

        private final String what;
        private final String advice;

        Mishap(String what, String advice) {
            this.what = what;
            this.advice = advice;
        }

        abstract void strike(Victim victim) throws IOException;
    }

    /** A call that has to notice. */
    enum Noticing {
        ALLOC(v -> v.pager.alloc()),

        ALLOC_THAT_GROWS(v -> v.pager.allocBulk((int) v.pager.freePageCount() + 1)),

        ALLOC_PROTECTED(v -> v.pager.allocProtected()),

        FREE(v -> v.pager.free(v.spare)),

        FREE_PROTECTED(v -> v.pager.freeProtected(v.guarded)),

        WRITE_PROTECTED(v -> fill(v.pager, v.guarded, 9)),

        COMMIT_REGULAR(v -> {
            try (WritablePage page = v.pager.write(v.page)) {
                page.commit();
            }
        }),

        SYNC(v -> v.pager.sync()),

        TRIM(v -> v.pager.trim()),

        /** Which throws nothing itself. */
        CHECK(v -> {
            assertThat(v.pager.checkFile()).isEqualTo(PagerState.UNAVAILABLE);
            v.pager.pageCount();
        });

        private final Consumer<Victim> call;

        Noticing(Consumer<Victim> call) {
            this.call = call;
        }
    }

    /** A pager to which something is about to happen. */
    private final class Victim {
        private final Path path = files.path();
        private final Path other = path.resolveSibling("other.pages");
        private final Pager pager;
        private final PageId page;
        private final PageId spare;
        private final ProtectedPageId guarded;
        /** What the file was before its last commits. */
        private final byte[] older;
        /** Where the file is, if it is anywhere. */
        private Path ours = path;

        /** @param openedAnew whether it has been opened a moment ago and has written nothing since */
        Victim(boolean openedAnew) {
            Pager created = files.add(builder(path).pageSizeLog2(10).initialSize(40 << 10).create());
            page = filled(created, 1);
            spare = created.alloc();
            older = bytes(path);
            guarded = filledProtected(created, 2);
            fill(created, guarded, 3);
            if (openedAnew) {
                created.close();
                pager = files.add(builder(path).open());
                pager.write(page).close();
            } else {
                pager = created;
            }
        }

        private PagerBuilder builder(Path file) {
            return Pager.builder(file).borrowTimeout(Duration.ofMillis(10)).storage(storage);
        }

        void suffers(Mishap mishap) {
            files.damaged(path);
            try {
                mishap.strike(this);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** What was committed is where it is said to be, whole. */
        void assertAllIsIn(Path file) {
            try (Pager again = Pager.open(file)) {
                assertFilled(again, page, 1);
                assertFilled(again, guarded, 3);
                assertThat(again.verify().findings()).isEmpty();
            }
        }
    }

    private static byte[] bytes(Path path) {
        try {
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeEach
    void filesHaveAnIdentity() throws IOException {
        Object key = Files.readAttributes(files.directory(), BasicFileAttributes.class).fileKey();
        assumeTrue(key != null, "here an open file cannot be deleted or renamed");
    }

    @ParameterizedTest
    @EnumSource
    void isNoticedByWhateverWritesOrSyncsBeforeItDoes(Mishap mishap) {
        for (Noticing noticing : Noticing.values()) {
            for (boolean openedAnew : new boolean[] {false, true}) {
                Victim victim = new Victim(openedAnew);
                victim.suffers(mishap);
                byte[] before = Files.exists(victim.ours) ? bytes(victim.ours) : new byte[0];
                byte[] beforeInPlace = Files.exists(victim.path) ? bytes(victim.path) : new byte[0];

                assertThatExceptionOfType(PagerUnavailableException.class).as(noticing.toString())
                        .isThrownBy(() -> noticing.call.accept(victim)).withMessageContaining(mishap.what)
                        .withMessageContaining(mishap.advice).withMessageContaining(victim.path.toString())
                        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("is intact"));

                assertThat(victim.pager.state()).isEqualTo(PagerState.UNAVAILABLE);
                assertThat(victim.pager.failure()).hasValueSatisfying(failure -> assertThat(failure)
                        .isInstanceOf(PagerUnavailableException.class).hasMessageContaining(mishap.what));
                victim.pager.close();
                assertThat(Files.exists(victim.ours) ? bytes(victim.ours) : new byte[0]).as(noticing.toString())
                        .isEqualTo(before);
                assertThat(Files.exists(victim.path) ? bytes(victim.path) : new byte[0]).as(noticing.toString())
                        .isEqualTo(beforeInPlace);
                delete(victim.path, victim.other);
            }
        }
    }

    private static void delete(Path... paths) {
        for (Path path : paths) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void isToldByCloseWhichClosesAllTheSame(Mishap mishap) {
        for (boolean openedAnew : new boolean[] {false, true}) {
            Victim victim = new Victim(openedAnew);
            victim.suffers(mishap);
            byte[] before = Files.exists(victim.ours) ? bytes(victim.ours) : new byte[0];

            assertThatExceptionOfType(PagerIoException.class).isThrownBy(victim.pager::close)
                    .withMessageContaining(mishap.what).withMessageContaining(victim.path.toString());

            assertThat(victim.pager.state()).isEqualTo(PagerState.CLOSED);
            assertThatCode(victim.pager::close).doesNotThrowAnyException();
            if (victim.ours.equals(victim.other)) {
                victim.assertAllIsIn(victim.other);
            } else {
                assertThat(Files.exists(victim.ours) ? bytes(victim.ours) : new byte[0]).isEqualTo(before);
            }
            delete(victim.path, victim.other);
            Pager.create(victim.path, 10).close(); // no lock is left
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "TRUNCATED") // which stops the pager in verify, as in any other call
    void isAFindingOfVerify(Mishap mishap) {
        Victim victim = new Victim(false);
        assertThat(victim.pager.verify().findings()).isEmpty();
        victim.suffers(mishap);

        assertThat(victim.pager.verify().findings()).first()
                .satisfies(finding -> assertThat(finding.problem()).contains(mishap.what));

        assertThatExceptionOfType(PagerIoException.class).isThrownBy(victim.pager::close);
    }

    @ParameterizedTest
    @EnumSource(names = {"RENAMED", "ROTATED"})
    void aFileThatIsMovedBackIsReopened(Mishap mishap) throws IOException {
        for (boolean noticed : new boolean[] {false, true}) {
            Victim victim = new Victim(false);
            try (WritablePage page = victim.pager.write(victim.page)) {
                page.bytes().fill((byte) 1); // as before, and not synced
            }
            victim.suffers(mishap);
            if (noticed) {
                assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(victim.pager::alloc);
            }
            for (int i = 0; i < 2; i++) {
                assertThatExceptionOfType(PagerIoException.class).isThrownBy(victim.pager::reopen)
                        .withMessageContaining(mishap.what).withMessageContaining(victim.other.toString());
                assertThat(victim.pager.state()).isEqualTo(PagerState.UNAVAILABLE);
            }
            Files.move(victim.other, victim.path, StandardCopyOption.REPLACE_EXISTING);

            victim.pager.reopen();

            assertFilled(victim.pager, victim.page, 1);
            assertFilled(victim.pager, fill(victim.pager, victim.guarded, 3), 3);
            victim.pager.close();
            victim.assertAllIsIn(victim.path);
        }
    }

    /** The command in the message is carried out as it is written, also after somebody tried to reopen the pager. */
    @ParameterizedTest
    @EnumSource(names = {"DELETED", "RENAMED_AND_DELETED", "REPLACED"})
    void aFileWithoutANameCanBeRescuedAsTheMessageSays(Mishap mishap) throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "no Linux");
        Victim victim = new Victim(false);
        victim.suffers(mishap);
        String message = assertThatExceptionOfType(PagerIoException.class).isThrownBy(victim.pager::reopen).actual()
                .getMessage();
        assertThat(victim.pager.state()).isEqualTo(PagerState.UNAVAILABLE);

        String command = message.replaceAll(".*On Linux: (cp .*) and open the copy.*", "$1");
        assertThat(new ProcessBuilder("sh", "-c", command).inheritIO().start().waitFor()).isZero();

        victim.assertAllIsIn(Path.of(victim.path + ".rescued"));
        victim.pager.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"OVERWRITTEN", "TRUNCATED"})
    void aFileThatIsNotWhatItWasIsNotReopened(Mishap mishap) {
        Victim victim = new Victim(false);
        victim.suffers(mishap);
        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(victim.pager::alloc);

        assertThatExceptionOfType(MappedPageException.class).isThrownBy(victim.pager::reopen);

        assertThat(victim.pager.state()).isEqualTo(PagerState.UNAVAILABLE);
        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(victim.pager::alloc)
                .withMessageContaining("could not be reopened").satisfies(
                        e -> assertThat(e.getMessage()).doesNotContain("is intact"));
        victim.pager.close();
    }

    @Test
    void aFileThatIsWhatItWasIsFoundToBe() {
        Victim victim = new Victim(true);

        assertThat(victim.pager.checkFile()).isEqualTo(PagerState.OPEN);
        victim.pager.alloc();
        assertThat(victim.pager.checkFile()).isEqualTo(PagerState.OPEN);
        victim.pager.close();
        assertThat(victim.pager.checkFile()).isEqualTo(PagerState.CLOSED);
    }

    /** In the middle of a commit the superblock is what nobody expects yet. */
    @Test
    void lookingDuringACommitNeitherWaitsForItNorTakesItForSomebodyElses() {
        for (Call call : List.of(Call.WRITE, Call.SYNC_RANGES)) {
            for (int nth = 1; nth <= 4; nth++) {
                Victim victim = new Victim(false);
                PagerState[] seen = new PagerState[1];
                storage.reset();
                beforeNth(nth, call, () -> seen[0] = Background.start(victim.pager::checkFile).result());

                victim.pager.alloc();

                assertThat(seen[0]).isIn(PagerState.OPEN, null);
                assertThat(victim.pager.state()).isEqualTo(PagerState.OPEN);
                victim.pager.close();
            }
        }
    }

    private void beforeNth(int n, Call call, Runnable hook) {
        storage.beforeNext(call, n == 1 ? hook : () -> beforeNth(n - 1, call, hook));
    }

    /** A read that fails says nothing about what is in the file. */
    @Test
    void aSlotThatCannotBeReadIsNoReasonToStop() {
        Victim victim = new Victim(false);
        for (Consumer<Pager> call : List.<Consumer<Pager>>of(Pager::alloc, Pager::sync, Pager::checkFile)) {
            storage.failReadsOf(new ByteRange(0, 1024));

            call.accept(victim.pager);

            assertThat(victim.pager.state()).isEqualTo(PagerState.OPEN);
            storage.reset();
            call.accept(victim.pager);
        }
    }

    /**
     * The directory may not be searched any more, or a server does not answer: every commit, sync and close was refused,
     * while the open file was as good as ever.
     */
    @Test
    void aNameThatCannotBeLookedUpIsNoReasonToStop() {
        QuietLog.use();
        Victim victim = new Victim(false);
        storage.failLookups();
        for (Consumer<Pager> call : List.<Consumer<Pager>>of(Pager::alloc, Pager::sync, Pager::checkFile,
                pager -> assertThat(pager.verify().findings()).isEmpty(), Pager::trim)) {
            call.accept(victim.pager);

            assertThat(victim.pager.state()).isEqualTo(PagerState.OPEN);
        }
        assertThatExceptionOfType(PagerIoException.class).as("the file could be lost by that")
                .isThrownBy(victim.pager::reopen).withMessageContaining("still is the file");
        fill(victim.pager, victim.guarded, 3);
        victim.pager.close();

        storage.reset();
        victim.assertAllIsIn(victim.path);
    }
}
