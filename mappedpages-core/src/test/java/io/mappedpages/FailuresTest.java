package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.mappedpages.internal.engine.EngineException;
import io.mappedpages.internal.engine.Fault;
import io.mappedpages.internal.engine.Fault.Stop;
import io.mappedpages.internal.engine.LostFile;

class FailuresTest {

    private static final Path FILE = Path.of("/data/store.pages");
    private static final Path OTHER = Path.of("/data/old.pages");

    /** A fault, the exception it has to become, and what its message has to name and to advise. */
    record Case(Fault fault, Class<? extends MappedPageException> exception, List<String> names, String advice) {

        static Case of(Fault fault, Class<? extends MappedPageException> exception, String advice, Object... names) {
            return new Case(fault, exception, Arrays.stream(names).map(Object::toString).toList(), advice);
        }

        @Override
        public String toString() {
            return fault.toString();
        }
    }

    static Stream<Case> everyFault() {
        Duration waited = Duration.ofMillis(1500);
        return Stream.of(
                Case.of(new Fault.InvalidPageSize(31), InvalidPageSizeException.class, "Ask for a log2 of 10", "2^31"),
                Case.of(new Fault.PageSizeMismatch(FILE, 4096, 8192), InvalidPageSizeException.class,
                        "Ask for the size it has", FILE, 4096, 8192),
                Case.of(new Fault.CannotOpen(FILE, "no such file"), PagerIoException.class, "Check the path", FILE,
                        "no such file"),
                Case.of(new Fault.CorruptSuperblock(FILE, "both slots are zeros"), CorruptSuperblockException.class,
                        "restore it from a backup", FILE, "both slots are zeros"),
                Case.of(new Fault.CorruptMetadata(FILE, "bad sums"), CorruptMetadataException.class,
                        "restore it from a backup", FILE, "bad sums"),
                Case.of(new Fault.CorruptNode(FILE, 17, "bad magic"), CorruptMetadataException.class, "Run verify()",
                        FILE, "Page 17", "bad magic"),
                Case.of(new Fault.CorruptProtectedPage(FILE, 5, 99, "bad sums"), CorruptPageException.class,
                        "Run verify()", FILE, "Protected page 5", "page 99", "bad sums"),
                Case.of(new Fault.Unreadable(FILE, Fault.Part.NODE, 17, -1, "Input/output error"),
                        PagerIoException.class, "run verify()", FILE, "Page 17", "a tree node", "Input/output error"),
                Case.of(new Fault.Unreadable(FILE, Fault.Part.CONTENTS, 17, 5, "Input/output error"),
                        PagerIoException.class, "Check the disk", FILE, "Page 17", "protected page 5"),
                Case.of(new Fault.UnreadableAtOpening(FILE, Fault.Part.METADATA, 1, 4096, true, "Input/output error"),
                        PagerIoException.class, "acceptUnreadable(true)", FILE, "page 1", 4096, "nothing was changed",
                        "Input/output error"),
                Case.of(new Fault.UnreadableAtOpening(FILE, Fault.Part.SUPERBLOCK, 0, 512, false, "Input/output error"),
                        PagerIoException.class, "restore the file from a backup", FILE, "page 0", 512),
                Case.of(new Fault.UnsupportedFormat(FILE, "major version 2"), UnsupportedFormatException.class,
                        "Open it with", FILE, "major version 2"),
                Case.of(new Fault.OutOfBounds(70, 64, false), PageOutOfBoundsException.class, "Use only numbers",
                        "page 70", 64),
                Case.of(new Fault.OutOfBounds(-1, 8, true), PageOutOfBoundsException.class, "Use only numbers",
                        "protected page -1", 8),
                Case.of(new Fault.Reserved(2, "metadata"), ReservedPageException.class, "Use only numbers", "Page 2",
                        "metadata"),
                Case.of(new Fault.DoubleFree(12, false), DoubleFreeException.class, "Free a page once", "page 12"),
                Case.of(new Fault.DoubleFree(12, true), DoubleFreeException.class, "Free a page once",
                        "protected page 12"),
                Case.of(new Fault.NotAllocated(13, false), PageNotAllocatedException.class, "check where", "page 13"),
                Case.of(new Fault.NotAllocated(13, true), PageNotAllocatedException.class, "check where",
                        "protected page 13"),
                Case.of(new Fault.Borrowed(9, -1, true, 0, waited), PageBorrowedException.class, "Close that borrow",
                        "page 9", "a writer", "1500 ms"),
                Case.of(new Fault.Borrowed(9, -1, false, 1, waited), PageBorrowedException.class, "Close that borrow",
                        "page 9", "a reader"),
                Case.of(new Fault.Borrowed(9, 4, false, 3, waited), PageBorrowedException.class, "Close that borrow",
                        "protected page 4", "3 readers"),
                Case.of(new Fault.Borrowed(9, -1, false, 0, waited), PageBorrowedException.class, "Close that borrow",
                        "page 9", "somebody"),
                Case.of(new Fault.Unavailable(FILE, "a sync failed"), PagerUnavailableException.class, "call reopen()",
                        FILE, "a sync failed"),
                Case.of(new Fault.Unavailable(FILE, new Stop.Reopened()), PagerUnavailableException.class,
                        "try again", FILE),
                Case.of(new Fault.Unavailable(FILE, new Stop.NotReopened(new Fault.CannotOpen(FILE, "no permission"))),
                        PagerUnavailableException.class, "Check the path", FILE, "no permission"),
                Case.of(new Fault.Unavailable(FILE, new Stop.HalfMade(new Fault.CorruptNode(FILE, 17, "bad magic"))),
                        PagerUnavailableException.class, "Call reopen()", FILE, "Page 17", "bad magic", "is intact"),
                Case.of(new Fault.Unavailable(FILE, new Stop.Lost(new LostFile.CutOff(100, 4096))),
                        PagerUnavailableException.class, "restore the file from a backup", FILE, 100, 4096),
                Case.of(new Fault.Unavailable(FILE, new Stop.Lost(new LostFile.Renamed(OTHER))),
                        PagerUnavailableException.class, "Move it back", FILE, OTHER),
                Case.of(new Fault.Unavailable(FILE, new Stop.Lost(new LostFile.Deleted())),
                        PagerUnavailableException.class, "do not close the pager", FILE, "deleted",
                        "-lname '" + FILE + " (deleted)'"),
                Case.of(new Fault.Unavailable(FILE, new Stop.Lost(new LostFile.Replaced(OTHER))),
                        PagerUnavailableException.class, "Move it back", FILE, OTHER),
                Case.of(new Fault.Unavailable(FILE, new Stop.Lost(new LostFile.Replaced(null))),
                        PagerUnavailableException.class, "do not close the pager", FILE),
                Case.of(new Fault.Unavailable(FILE, new Stop.Lost(new LostFile.Overwritten())),
                        PagerUnavailableException.class, "restore it from a backup", FILE),
                Case.of(new Fault.Lost(FILE, new LostFile.Deleted(), true), PagerIoException.class,
                        "Restore it from a backup", FILE, "was closed"),
                Case.of(new Fault.Lost(FILE, new LostFile.Renamed(OTHER), true), PagerIoException.class,
                        "Open it there", FILE, OTHER),
                Case.of(new Fault.Lost(FILE, new LostFile.Renamed(OTHER), false), PagerIoException.class,
                        "Move it back", FILE, OTHER),
                Case.of(new Fault.InUse(FILE, List.of(), true), PagerIoException.class, "call close() again", FILE,
                        "past its borrow"),
                Case.of(new Fault.InUse(FILE, List.of(3L), true), PagerIoException.class, "call close() again", FILE,
                        "is page 3"),
                Case.of(new Fault.InUse(FILE, List.of(3L, 9L), false), PagerIoException.class, "call reopen() again",
                        FILE, "are pages 3, 9"),
                Case.of(new Fault.ClosedBadly(FILE), PagerIoException.class, "Check the disk", FILE),
                Case.of(new Fault.Full(FILE, "the disk is full"), PagerFullException.class, "raise maxSize", FILE,
                        "the disk is full"),
                Case.of(new Fault.FreeButLent(FILE, 61, 3, waited), PagerFullException.class, "raise maxSize", FILE,
                        "61 free pages", "3 pages were borrowed", "1500 ms", "as soon as nothing is borrowed"),
                Case.of(new Fault.FreeButLent(FILE, 61, 1, waited), PagerFullException.class, "Close those",
                        "1 page was borrowed"),
                Case.of(new Fault.FreeButLent(FILE, 61, 0, waited), PagerFullException.class, "regular ones",
                        "buffers of pages in I/O"),
                Case.of(new Fault.Locked(FILE, "held by another process"), PagerLockedException.class,
                        "close the other one", FILE, "held by another process"),
                Case.of(new Fault.Closed(FILE), PagerClosedException.class, "Open the file again", FILE),
                Case.of(new Fault.Io(FILE, "write of 4096 bytes"), PagerIoException.class, "Check the disk", FILE,
                        "write of 4096 bytes"));
    }

    @ParameterizedTest
    @MethodSource("everyFault")
    void aMessageNamesTheFileOrPageAndSaysWhatToDo(Case c) {
        MappedPageException e = Failures.of(c.fault(), null);

        assertThat(e).isExactlyInstanceOf(c.exception());
        assertThat(e.getMessage()).contains(c.names()).contains(c.advice()).endsWith(".").doesNotContain("\n", "%",
                "..", "  ");
    }

    /** The command that an operator copies from the message must find the file whatever it is called. */
    @Test
    void aRescueNamesTheFileAsAShellAndFindHaveIt() {
        Path odd = Path.of("/data/it's [a] *.pages");

        String message = Messages.of(new Fault.Unavailable(odd, new Stop.Lost(new LostFile.Deleted())));

        assertThat(message).contains("-lname '/data/it'\\''s \\[a\\] \\*.pages (deleted)'")
                .contains("'/data/it'\\''s [a] *.pages.rescued'");
    }

    @Test
    void noFaultIsWithoutACase() {
        Set<Class<?>> covered = everyFault().map(c -> c.fault().getClass()).collect(Collectors.toSet());

        assertThat(covered).containsExactlyInAnyOrder(Fault.class.getPermittedSubclasses());
    }

    @Test
    void noPublicExceptionIsNeverThrown() {
        Set<Class<?>> thrown = everyFault().map(Case::exception).collect(Collectors.toSet());

        assertThat(thrown).containsExactlyInAnyOrder(MappedPageException.class.getPermittedSubclasses());
    }

    @Test
    void theCauseIsTheFailureOfTheDiskAndNotTheEnginesException() {
        IOException disk = new IOException("device gone");

        MappedPageException e = Failures.of(new EngineException(new Fault.Io(FILE, "sync"), disk));

        assertThat(e).hasCause(disk);
        assertThat(Failures.published(disk)).isSameAs(disk);
        assertThat(Failures.published(new EngineException(new Fault.Closed(FILE), null)))
                .isInstanceOf(PagerClosedException.class);
    }

    @Test
    void anExceptionCarriesWhatItsMessageSays() {
        var mismatch = (InvalidPageSizeException) Failures.of(new Fault.PageSizeMismatch(FILE, 4096, 8192), null);
        assertThat(mismatch.requestedLog2()).isEqualTo(12);
        assertThat(mismatch.fileLog2()).isEqualTo(OptionalInt.of(13));

        var impossible = (InvalidPageSizeException) Failures.of(new Fault.InvalidPageSize(9), null);
        assertThat(impossible.requestedLog2()).isEqualTo(9);
        assertThat(impossible.fileLog2()).isEmpty();

        var node = (CorruptMetadataException) Failures.of(new Fault.CorruptNode(FILE, 17, "bad magic"), null);
        assertThat(node.page()).isEqualTo(OptionalLong.of(17));
        assertThat(node.path()).isEqualTo(FILE);
        assertThat(node.reason()).isEqualTo("bad magic");

        var metadata = (CorruptMetadataException) Failures.of(new Fault.CorruptMetadata(FILE, "x"), null);
        assertThat(metadata.page()).isEmpty();

        var page = (CorruptPageException) Failures.of(new Fault.CorruptProtectedPage(FILE, 5, 99, "x"), null);
        assertThat(page.page()).isEqualTo(new ProtectedPageId(5));
        assertThat(page.physicalPage()).isEqualTo(99);

        var bounds = (PageOutOfBoundsException) Failures.of(new Fault.OutOfBounds(70, 64, false), null);
        assertThat(bounds.page()).isEqualTo(new PageId(70));
        assertThat(bounds.limit()).isEqualTo(64);

        var borrowed = (PageBorrowedException) Failures
                .of(new Fault.Borrowed(9, 4, false, 3, Duration.ofMillis(20)), null);
        assertThat(borrowed.page()).isEqualTo(new ProtectedPageId(4));
        assertThat(borrowed.byWriter()).isFalse();
        assertThat(borrowed.readers()).isEqualTo(3);
        assertThat(borrowed.waited()).isEqualTo(Duration.ofMillis(20));
    }

    @ParameterizedTest
    @MethodSource("everyFault")
    void anExceptionSurvivesSerialization(Case c) throws Exception {
        MappedPageException e = Failures.of(c.fault(), null);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(e);
        }

        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject()).isExactlyInstanceOf(c.exception()).usingRecursiveComparison()
                    .ignoringFields("stackTrace", "suppressedExceptions").isEqualTo(e);
        }
    }
}
