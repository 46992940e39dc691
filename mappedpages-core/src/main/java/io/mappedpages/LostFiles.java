package io.mappedpages;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.LostFile;

/** The words for what became of a file while it was open: what happened, where the data is, and how to get at it. */
final class LostFiles {

    private LostFiles() {
    }

    /** What happened, as a clause that begins with the file. */
    static String what(Path path, LostFile file) {
        return switch (file) {
            case LostFile.CutOff(long length, long needed) ->
                "the file was truncated while it was open: it is " + length
                        + " bytes long and its pages need " + needed + ", so what was committed to the rest is gone";
            case LostFile.Renamed(Path now) -> "the file was renamed to " + now
                    + " while it was open, and all that was committed is in it there";
            case LostFile.Deleted _ -> "the file was deleted while it was open, or moved to where it cannot be found, "
                    + "and all that was committed went with it, unless it still has another name";
            case LostFile.Replaced(Path now, _) -> "another file took the place of " + path + " while it was open, "
                    + (now == null
                            ? "and the file with all that was committed was deleted by that, unless it still has "
                                    + "another name"
                            : "and the file with all that was committed is " + now + " now");
            case LostFile.Overwritten() -> "somebody else wrote to the file while it was open, an older copy of it "
                    + "perhaps, so what was committed may be gone";
        };
    }

    /** What to do while the pager still has the file. */
    static String advice(Path path, LostFile file) {
        return switch (file) {
            case LostFile.CutOff _ -> "Close the pager and restore the file from a backup.";
            case LostFile.Renamed(Path now) -> "Move it back to " + path + " and call reopen(), or close the pager and "
                    + "open " + now + ".";
            case LostFile.Deleted(LostFile.FileNumber number) -> rescue(path, number);
            case LostFile.Replaced(Path now, LostFile.FileNumber number) -> now == null ? rescue(path, number)
                    : "Move it back to " + path + " and call reopen(), or close the pager and open the file that is to "
                            + "be used.";
            case LostFile.Overwritten() ->
                "Nothing was written to it since. Close the pager, find out what wrote to the "
                        + "file, and restore it from a backup.";
        };
    }

    /** What to do when the file is closed. */
    static String adviceWhenClosed(Path path, LostFile file) {
        @Nullable Path now = switch (file) {
            case LostFile.Renamed(Path other) -> other;
            case LostFile.Replaced(Path other, _) -> other;
            default -> null;
        };
        return now == null ? "Restore it from a backup." : "Open it there, or move it back to " + path + ".";
    }

    /** By its number it is found whatever name it had last; a name is all that is left where that is not known. */
    private static String rescue(Path path, LostFile.@Nullable FileNumber number) {
        String descriptors = "/proc/" + ProcessHandle.current().pid() + "/fd";
        String find = number == null ? "find " + descriptors + " -lname " + quoted(globbed(path) + " (deleted)")
                : "stat -Lc '%d:%i %n' " + descriptors + "/* | sed -n 's/^" + number.device() + ":" + number.inode()
                        + " //p'";
        return "Only this process may still have it: do not end it, and do not close the pager, before it is copied. "
                + "On Linux: cp \"$(" + find + " | head -n 1)\" " + quoted(path + ".rescued")
                + " and open the copy. Otherwise restore it from a backup.";
    }

    /** What {@code find} takes for exactly this path. */
    private static String globbed(Path path) {
        return path.toString().replaceAll("[\\\\*?\\[\\]]", "\\\\$0");
    }

    /** What a shell takes for exactly this word. */
    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
