package io.mappedpages.cli;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What a finding of the check means, and what to do about it. A finding is a sentence; so are these, by what they say.
 *
 * @param meaning what it means
 * @param advice  what to do
 */
record Meaning(String meaning, String advice) {

    private static final String RESTORE = "Keep the file as it is, and restore it from a backup.";

    private record Case(Pattern problem, Meaning meaning) {

        static Case of(String problem, String meaning, String advice) {
            return new Case(Pattern.compile(problem), new Meaning(meaning, advice));
        }
    }

    private static final List<Case> CASES = List.of(
            Case.of("current copy of protected page \\d+ and has other contents than were committed",
                    "What is stored in this protected page is not what was committed. All other pages are as good as before.",
                    "Restore this page from a backup. If the application can make it anew, free it and allocate another one."),
            Case.of("current copy of protected page \\d+ and lies past the end",
                    "The file was cut off, and the content of this protected page with it.", RESTORE),
            Case.of("current copy of protected page \\d+: ",
                    "The content of this protected page could not be read. It need not be damaged.",
                    "Look into the system's log, copy the file to another disk, and check the copy."),
            Case.of("nothing depends on it now",
                    "A place that only the next checkpoint needs cannot be read. Nothing is lost, but one damage more could be too much.",
                    "Look into the system's log. Copy the file to another disk as long as that can be done."),
            Case.of("could not be read",
                    "The disk did not give out a part of the file. It need not be damaged, but nobody can tell.",
                    "Look into the system's log, copy the file to another disk, and check the copy."),
            Case.of("^tree node: ",
                    "A node of the file's own trees is damaged. What it says of pages is lost: calls that need it fail, and pages below it "
                            + "are not handed out.",
                    RESTORE),
            Case.of("bytes long, \\d+ pages need|has no \\d+ bytes at",
                    "The file is shorter than it says: it was cut off, or copied in part.", RESTORE),
            Case.of("named by more than one pair",
                    "Two things claim this page. Writing to one of them destroys the other one.",
                    "Do not write to the file any more. " + RESTORE),
            Case.of("but (named by a pair|a pair makes it)",
                    "The page is in use, and its state does not say so. It may be handed out once more, and then be overwritten.",
                    "Do not write to the file any more. " + RESTORE),
            Case.of("but no pair names it",
                    "The page is marked as used, and nothing uses it: it is lost space. No data is concerned.",
                    "It does no harm. To get the space back, copy the contents to a new file."),
            Case.of("past the page count",
                    "The state of a page that the file does not have says that it is used. No data is concerned, but a growth may go wrong.",
                    RESTORE),
            Case.of("the metadata counts",
                    "A count in the metadata is wrong. No data is concerned, but allocations may be refused, or fail.",
                    RESTORE),
            Case.of("opening the file would find generation|the file would not open",
                    "If the machine stopped now, opening would not find what was committed last.",
                    "If an application has the file open, let it write a checkpoint, copy the file, and check the copy. Do not close it before."),
            Case.of("copy pair: ",
                    "A pointer of the file's own trees leads to a page that cannot be what it leads to.", RESTORE));

    private static final Meaning UNKNOWN =
            new Meaning("The file does not keep a rule of its format, see docs/file-format.md.",
                    RESTORE);

    static Meaning of(String problem) {
        return CASES.stream().filter(known -> known.problem.matcher(problem).find()).map(Case::meaning).findFirst()
                .orElse(UNKNOWN);
    }
}
