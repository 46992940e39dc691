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

import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.Fault.Import;
import io.mappedpages.internal.fault.Fault.ImportPart;
import io.mappedpages.internal.fault.Fault.Limit;
import io.mappedpages.internal.fault.Fault.Obstacle;
import io.mappedpages.internal.fault.Fault.Stop;
import io.mappedpages.internal.fault.Fault.Superblock;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.fault.LostFile;

class FailuresTest {

    private static final Path FILE = Path.of("/data/store.pages");
    private static final Path OTHER = Path.of("/data/old.pages");
    private static final String LOCK = "/data/store.pages.lock";

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
                Case.of(new Fault.CannotOpen(FILE, new Obstacle.Exists()), PagerIoException.class,
                        "Open the file that is there",
                        FILE, "there is a file already"),
                Case.of(new Fault.CannotOpen(FILE, new Obstacle.Missing(FILE.toString())), PagerIoException.class,
                        "let the file be created", FILE, "no such file"),
                Case.of(new Fault.CannotOpen(FILE, new Obstacle.Missing("/data")), PagerIoException.class,
                        "make the directory", FILE, "there is no /data"),
                Case.of(new Fault.CannotOpen(FILE, new Obstacle.Denied(LOCK, "not yours")), PagerIoException.class,
                        "permission for " + LOCK, FILE, "not yours"),
                Case.of(new Fault.CannotOpen(FILE, new Obstacle.Denied(FILE.toString(), null)),
                        PagerIoException.class, "permission for " + FILE, "no permission to read and write"),
                Case.of(new Fault.CannotOpen(FILE, new Obstacle.Refused("/data", "it is read-only")),
                        PagerIoException.class, "Check that the path", FILE, "/data: it is read-only"),
                Case.of(new Fault.CannotOpen(FILE, new Obstacle.Refused(FILE.toString(), null)),
                        PagerIoException.class, "Check that the path", "the file system refuses it"),
                Case.of(new Fault.CannotOpen(FILE,
                        new Obstacle.OverLimit(LOCK, "Too many open files", Fault.Resource.OPEN_FILES)),
                        PagerIoException.class, "Raise the limit of open files", FILE, LOCK + ": Too many"),
                Case.of(new Fault.CannotOpen(FILE,
                        new Obstacle.OverLimit(FILE.toString(), "too long", Fault.Resource.LENGTH_OF_NAMES)),
                        PagerIoException.class, "Use a shorter name", FILE, "too long"),
                Case.of(new Fault.CannotOpen(FILE,
                        new Obstacle.OverLimit(FILE.toString(), "no memory", Fault.Resource.MEMORY)),
                        PagerIoException.class, "more memory", FILE, "no memory"),
                Case.of(new Fault.CannotOpen(FILE, new Obstacle.Failed("Input/output error")), PagerIoException.class,
                        "Check the disk", FILE, "Input/output error"),
                Case.of(new Fault.CannotOpen(FILE, new Obstacle.OtherFile()), PagerIoException.class, "put it back",
                        FILE, "another page file"),
                Case.of(new Fault.CannotOpen(FILE, new Obstacle.Copy()), PagerIoException.class, "put it back", FILE,
                        "a copy of itself"),
                Case.of(new Fault.CannotOpen(FILE, new Obstacle.WentBack(9, 7)), PagerIoException.class,
                        "restore a newer backup", FILE, "from generation 9 to 7"),
                Case.of(new Fault.CorruptSuperblock(FILE, new Superblock.Empty()), CorruptSuperblockException.class,
                        "delete it and create", FILE, "the file is empty", "The file was not changed"),
                Case.of(new Fault.CorruptSuperblock(FILE, new Superblock.Foreign()), CorruptSuperblockException.class,
                        "a file of another kind", FILE, "does not begin like a page file"),
                Case.of(new Fault.CorruptSuperblock(FILE, new Superblock.Unusable("bad sum", "zeros")),
                        CorruptSuperblockException.class, "restore it from a backup", FILE, "bad sum", "zeros"),
                Case.of(new Fault.CorruptSuperblock(FILE, new Superblock.TooShort(100, 8192, 2, 4096)),
                        CorruptSuperblockException.class, "restore it from a backup", FILE, 100, 8192),
                Case.of(new Fault.CorruptMetadata(FILE, 9, "bad sums", 1, "too old"),
                        CorruptMetadataException.class, "restore it from a backup", FILE, "generation 9", "bad sums",
                        "metadata page A", "too old"),
                Case.of(new Fault.CorruptNode(FILE, 17, "bad magic"), CorruptMetadataException.class, "Run verify()",
                        FILE, "Page 17", "bad magic"),
                Case.of(new Fault.CorruptProtectedPage(FILE, 5, 99, "1234", "abcd"), CorruptPageException.class,
                        "Run verify()", FILE, "Protected page 5", "page 99", "1234", "abcd"),
                Case.of(new Fault.Unreadable(FILE, Fault.Part.NODE, 17, -1, "Input/output error"),
                        PagerIoException.class, "run verify()", FILE, "Page 17", "a tree node", "Input/output error"),
                Case.of(new Fault.Unreadable(FILE, Fault.Part.CONTENTS, 17, 5, "Input/output error"),
                        PagerIoException.class, "Check the disk", FILE, "Page 17", "protected page 5"),
                Case.of(new Fault.UnreadableAtOpening(FILE, Fault.Part.METADATA, 1, 4096, true, "Input/output error"),
                        PagerIoException.class, "acceptUnreadable", FILE, "page 1", 4096, "nothing was changed",
                        "Input/output error"),
                Case.of(new Fault.UnreadableAtOpening(FILE, Fault.Part.SUPERBLOCK, 0, 512, false, "Input/output error"),
                        PagerIoException.class, "restore the file from a backup", FILE, "page 0", 512),
                Case.of(new Fault.Unreadable(FILE, Fault.Part.CONTENTS, 17, 5, null), PagerIoException.class,
                        "Check the disk", FILE, "could not bring it into memory"),
                Case.of(new Fault.UnsupportedFormat(FILE, new Fault.Format.Version(2, 1)),
                        UnsupportedFormatException.class, "Open it with", FILE, "version 2.1"),
                Case.of(new Fault.UnsupportedFormat(FILE, new Fault.Format.Features(0x80, false)),
                        UnsupportedFormatException.class, "Open it with", FILE, "0x80", "does not know"),
                Case.of(new Fault.UnsupportedFormat(FILE, new Fault.Format.Features(0x40, true)),
                        UnsupportedFormatException.class, "Open it with", FILE, "0x40", "not written"),
                Case.of(new Fault.OutOfBounds(70, 64, false), PageOutOfBoundsException.class, "Use only numbers",
                        "page 70", 64),
                Case.of(new Fault.OutOfBounds(-1, 8, true), PageOutOfBoundsException.class, "Use only numbers",
                        "protected page -1", 8),
                Case.of(new Fault.Reserved(2, Fault.Part.METADATA), ReservedPageException.class, "Use only numbers",
                        "Page 2", "the pager's own"),
                Case.of(new Fault.Reserved(5, Fault.Part.NODE), ReservedPageException.class, "Use only numbers",
                        "Page 5", "a tree node"),
                Case.of(new Fault.Reserved(5, Fault.Part.CONTENTS), ReservedPageException.class, "Use only numbers",
                        "Page 5", "a copy of a protected page"),
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
                Case.of(new Fault.Unavailable(FILE, new Stop.Suspended()), PagerUnavailableException.class,
                        "Call reopen()", FILE, "is suspended"),
                Case.of(new Fault.Unavailable(FILE, new Stop.Reopened()), PagerUnavailableException.class,
                        "try again", FILE),
                Case.of(new Fault.Unavailable(FILE, new Stop.NotReopened(new Fault.Closed(FILE))),
                        PagerUnavailableException.class, "Open the file again", FILE, "could not be reopened"),
                Case.of(new Fault.Unavailable(FILE, new Stop.HalfMade(new Fault.CorruptNode(FILE, 17, "bad magic"))),
                        PagerUnavailableException.class, "Call reopen()", FILE, "Page 17", "bad magic", "is intact"),
                Case.of(new Fault.Unavailable(FILE, new Stop.Lost(new LostFile.CutOff(100, 4096))),
                        PagerUnavailableException.class, "restore the file from a backup", FILE, 100, 4096),
                Case.of(new Fault.Unavailable(FILE, new Stop.Lost(new LostFile.Renamed(OTHER))),
                        PagerUnavailableException.class, "Move it back", FILE, OTHER),
                Case.of(new Fault.Unavailable(FILE, new Stop.Lost(new LostFile.Deleted(null))),
                        PagerUnavailableException.class, "do not close the pager", FILE, "deleted",
                        "-lname '" + FILE + " (deleted)'"),
                Case.of(new Fault.Unavailable(FILE,
                        new Stop.Lost(new LostFile.Replaced(OTHER, new LostFile.FileNumber(7, 42)))),
                        PagerUnavailableException.class, "Move it back", FILE, OTHER),
                Case.of(new Fault.Unavailable(FILE,
                        new Stop.Lost(new LostFile.Replaced(null, new LostFile.FileNumber(7, 42)))),
                        PagerUnavailableException.class, "do not close the pager", FILE),
                Case.of(new Fault.Unavailable(FILE, new Stop.Lost(new LostFile.Overwritten())),
                        PagerUnavailableException.class, "restore it from a backup", FILE),
                Case.of(new Fault.Lost(FILE, new LostFile.Deleted(null), Fault.Ending.CLOSE), PagerIoException.class,
                        "Restore it from a backup", FILE, "was closed"),
                Case.of(new Fault.Lost(FILE, new LostFile.Renamed(OTHER), Fault.Ending.CLOSE), PagerIoException.class,
                        "Open it there", FILE, OTHER),
                Case.of(new Fault.Lost(FILE, new LostFile.Renamed(OTHER), Fault.Ending.REOPEN), PagerIoException.class,
                        "Move it back", FILE, OTHER),
                Case.of(new Fault.InUse(FILE, List.of(), Fault.Ending.CLOSE), PagerIoException.class,
                        "call close() again", FILE,
                        "past its borrow"),
                Case.of(new Fault.InUse(FILE, List.of(3L), Fault.Ending.CLOSE), PagerIoException.class,
                        "call close() again", FILE,
                        "is page 3"),
                Case.of(new Fault.InUse(FILE, List.of(3L, 9L), Fault.Ending.REOPEN), PagerIoException.class,
                        "call reopen() again",
                        FILE, "are pages 3, 9"),
                Case.of(new Fault.InUse(FILE, List.of(), Fault.Ending.SUSPEND), PagerIoException.class,
                        "call suspend() again", FILE, "cannot be given up yet"),
                Case.of(new Fault.ClosedBadly(FILE), PagerIoException.class, "Check the disk", FILE),
                Case.of(new Fault.Full(FILE, new Limit.Injected()), PagerFullException.class, "Nothing was allocated",
                        FILE,
                        "told to fail"),
                Case.of(new Fault.Full(FILE, new Limit.AtOnce(99, 50, 1000)), PagerFullException.class,
                        "Ask for fewer", FILE, "99 pages", 50, 1000),
                Case.of(new Fault.Full(FILE, new Limit.Format(99)), PagerFullException.class, "larger page size",
                        FILE, "the format allows 99"),
                Case.of(new Fault.Full(FILE, new Limit.MaxSize(5000, 4, 1024, 4, 1)), PagerFullException.class,
                        "raise the maximum size", FILE, "5000 bytes", "4 are there and 1 more"),
                Case.of(new Fault.Full(FILE, new Limit.InitialSize(4, 1024, 2000)), PagerFullException.class,
                        "Raise the maximum size", FILE, "4 pages of 1024 bytes", 2000),
                Case.of(new Fault.Full(FILE, new Limit.Disk(8, 1024)), PagerFullException.class,
                        "make room on the disk", FILE, "8 more pages of 1024"),
                Case.of(new Fault.Full(FILE, new Limit.FreeOutOfReach(100, new Limit.Disk(8, 1024))),
                        PagerFullException.class, "Run verify()", FILE, "8 more pages of 1024", "100 pages are free",
                        "make room on the disk"),
                Case.of(new Fault.Full(FILE, new Limit.FreeOutOfReach(1, new Limit.MaxSize(5000, 4, 1024, 4, 1))),
                        PagerFullException.class, "raise the maximum size", FILE, "1 page is free and cannot be used"),
                Case.of(new Fault.Full(FILE, new Limit.DiskOfNewFile("5 more bytes are needed")),
                        PagerFullException.class, "lower the initial size", FILE, "5 more bytes"),
                Case.of(new Fault.Full(FILE, new Limit.DiskAtOpening("no inode is left")), PagerFullException.class,
                        "open the file again", FILE, "no inode"),
                Case.of(new Fault.FreeButLent(FILE, 61, 3, waited), PagerFullException.class, "raise the maximum size",
                        FILE,
                        "61 free pages", "3 pages were borrowed", "1500 ms", "as soon as nothing is borrowed"),
                Case.of(new Fault.FreeButLent(FILE, 61, 1, waited), PagerFullException.class, "Close those",
                        "1 page was borrowed"),
                Case.of(new Fault.FreeButLent(FILE, 61, 0, waited), PagerFullException.class, "regular ones",
                        "buffers of pages in I/O"),
                Case.of(new Fault.Locked(FILE, false), PagerLockedException.class, "close the other one", FILE,
                        "by another process"),
                Case.of(new Fault.Locked(FILE, true), PagerLockedException.class, "close the other one", FILE,
                        "in this JVM"),
                Case.of(new Fault.CannotImport(FILE, new Import.Superblock("it is a song")),
                        CorruptSuperblockException.class, "Check the path", FILE, "page 0", "it is a song",
                        "No file was made"),
                Case.of(new Fault.CannotImport(FILE, new Import.OtherVersion(1, 0)), UnsupportedFormatException.class,
                        "Open it", FILE, "version 1.0", "this library's own"),
                Case.of(new Fault.CannotImport(FILE, new Import.OtherVersion(0, 3)), UnsupportedFormatException.class,
                        "a version of mappedpages that knows it", FILE, "version 0.3"),
                Case.of(new Fault.CannotImport(FILE, new Import.CutOff(5000, 8192, 8, 1024)),
                        CorruptSuperblockException.class, "from a backup", FILE, 5000, 8192, "8 pages of 1024 bytes"),
                Case.of(new Fault.CannotImport(FILE,
                        new Import.Damaged(ImportPart.METADATA, 1, "bad sum", 2, "has generation 7", true)),
                        CorruptMetadataException.class, "acceptUnreadable", FILE, "page 1", "bad sum", "page 2",
                        "has generation 7"),
                Case.of(new Fault.CannotImport(FILE,
                        new Import.Damaged(ImportPart.DIRECTORY, 9, "bad sum", 10, "cannot be used: zeros", false)),
                        CorruptMetadataException.class, "from a backup", FILE, "page 9", "directory", "page 10"),
                Case.of(new Fault.CannotImport(FILE, new Import.DirectoryIndex("bad sum")),
                        CorruptMetadataException.class, "from a backup", FILE, "page 0", "bad sum"),
                Case.of(new Fault.CannotImport(FILE, new Import.Entry(33, 9, "page 4 is free")),
                        CorruptMetadataException.class, "with the crate", FILE, "protected page 33", "page 9",
                        "page 4 is free"),
                Case.of(new Fault.CannotImport(FILE, new Import.Contents(5, 99, "0x1234", "0xabcd")),
                        CorruptPageException.class, "with the crate", FILE, "protected page 5", "page 99", "0x1234",
                        "0xabcd"),
                Case.of(new Fault.CannotImport(FILE, new Import.Unreadable(7, "Input/output error")),
                        PagerIoException.class, "Check the disk", FILE, "page 7", "Input/output error"),
                Case.of(new Fault.CannotImport(FILE, new Import.Changed()), PagerIoException.class,
                        "Close it in the program", FILE, "written to while it was read"),
                Case.of(new Fault.NothingToRepair(FILE, 12345), CorruptSuperblockException.class, "Check the path",
                        FILE,
                        "12345 bytes", "No file was made"),
                Case.of(new Fault.Closed(FILE), PagerClosedException.class, "Open the file again", FILE),
                Case.of(new Fault.Io(FILE, Fault.Doing.LOOKING_FOR_IT), PagerIoException.class, "Check the disk", FILE,
                        "still is the file"),
                Case.of(new Fault.Io(FILE, Fault.Doing.VERIFYING), PagerIoException.class, "Check the disk", FILE,
                        "to be checked"),
                Case.of(new Fault.Io(FILE, Fault.Doing.EXTENDING), PagerIoException.class, "Check the disk", FILE,
                        "extended"),
                Case.of(new Fault.Io(FILE, Fault.Doing.READING), PagerIoException.class, "Check the disk", FILE,
                        "could not be read"),
                Case.of(new Fault.NotSeen(17, true, 99), PageNotAllocatedException.class, "call refresh()",
                        "protected page 17", "commit 99"),
                Case.of(new Fault.Moved(FILE, new LostFile.Renamed(OTHER)), PagerIoException.class,
                        "Open the path anew", FILE, OTHER),
                Case.of(new Fault.Overtaken(FILE, 64 << 20), PagerIoException.class, "No backup of", FILE, "64 MiB",
                        "Nothing is wrong with the file"),
                Case.of(new Fault.Restless(FILE, waited), PagerIoException.class, "Try again", FILE, "1500 ms"));
    }

    @ParameterizedTest
    @MethodSource("everyFault")
    void aMessageNamesTheFileOrPageAndSaysWhatToDo(Case c) {
        MappedPageException e = Failures.of(c.fault(), null);

        assertThat(e).isExactlyInstanceOf(c.exception());
        assertThat(e.getMessage()).contains(c.names()).contains(c.advice()).endsWith(".").doesNotContain("\n", "%s",
                "..", "  ");
    }

    /** The command that an operator copies from the message must find the file whatever it is called. */
    @Test
    void aRescueNamesTheFileAsAShellAndFindHaveIt() {
        Path odd = Path.of("/data/it's [a] *.pages");

        String message = Messages.of(new Fault.Unavailable(odd, new Stop.Lost(new LostFile.Deleted(null))));

        assertThat(message).contains("-lname '/data/it'\\''s \\[a\\] \\*.pages (deleted)'")
                .contains("'/data/it'\\''s [a] *.pages.rescued'");
    }

    /** It may have had another name when it was deleted. */
    @Test
    void aRescueNamesTheFileByItsNumberIfThatIsKnown() {
        String message = Messages
                .of(new Fault.Unavailable(FILE, new Stop.Lost(new LostFile.Deleted(new LostFile.FileNumber(7, 42)))));

        assertThat(message).contains("'s/^7:42 //p'").doesNotContain("-lname");
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

        MappedPageException e = Failures.of(new FaultException(new Fault.Io(FILE, Fault.Doing.EXTENDING), disk));

        assertThat(e).hasCause(disk);
        assertThat(Failures.published(disk)).isSameAs(disk);
        assertThat(Failures.published(new FaultException(new Fault.Closed(FILE), null)))
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

        var metadata = (CorruptMetadataException) Failures.of(new Fault.CorruptMetadata(FILE, 9, "x", 2, "y"), null);
        assertThat(metadata.page()).isEmpty();
        assertThat(metadata.reason()).isEqualTo("generation 9: x; metadata page B: y");

        var page = (CorruptPageException) Failures.of(new Fault.CorruptProtectedPage(FILE, 5, 99, "x", "y"), null);
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
