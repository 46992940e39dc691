package io.mappedpages;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.Fault.Format;
import io.mappedpages.internal.fault.Fault.Limit;
import io.mappedpages.internal.fault.Fault.Obstacle;
import io.mappedpages.internal.fault.Fault.Superblock;

/** The words for details of a fault: what is wrong, as a clause, and what to do about it, as a sentence. */
final class Reasons {

    private Reasons() {
    }

    /** Why a file could not be created or opened. */
    static String why(Path path, Obstacle obstacle) {
        return switch (obstacle) {
            case Obstacle.Exists() -> "there is a file already";
            case Obstacle.Missing(String what) -> what.equals(path.toString()) ? "there is no such file"
                    : "there is no " + what;
            case Obstacle.Denied(String what, @Nullable String why) -> subject(path, what)
                    + (why == null ? "there is no permission to read and write it" : why);
            case Obstacle.Refused(String what, @Nullable String why) -> subject(path, what)
                    + (why == null ? "the file system refuses it" : why);
            case Obstacle.OverLimit(String what, String why, _) -> subject(path, what) + why;
            case Obstacle.Failed(String why) -> why;
            case Obstacle.OtherFile() -> "it is another page file now";
            case Obstacle.Copy() -> "it was replaced by a copy of itself";
            case Obstacle.WentBack(long before, long now) -> "it went back from generation " + before + " to " + now
                    + ", so what was committed since is not in it";
        };
    }

    private static String subject(Path path, String what) {
        return what.equals(path.toString()) ? "" : what + ": ";
    }

    /** What to do about that. */
    static String advice(Path path, Obstacle obstacle) {
        return switch (obstacle) {
            case Obstacle.Exists() -> "Open the file that is there instead of creating it, or create another one.";
            case Obstacle.Missing(String what) -> what.equals(path.toString())
                    ? "Check the path, or let the file be created."
                    : "Check the path, and make the directory first.";
            case Obstacle.Denied(String what, _) -> "Give the user that runs this program permission for " + what
                    + " and its directory.";
            case Obstacle.Refused _ -> "Check that the path leads to an ordinary file, on a file system that is in "
                    + "order and can be written.";
            case Obstacle.OverLimit(_, _, Fault.Resource resource) -> advice(resource);
            case Obstacle.Failed _ -> "Nothing was changed. Check the disk and the system's log, then try again.";
            case Obstacle.OtherFile(),Obstacle.Copy() -> "The file that was open is needed, not another one: put it "
                    + "back and call reopen() again, or close the pager and open what is there now.";
            case Obstacle.WentBack _ -> "Somebody wrote an older copy over it. Close the pager, then open it to go on "
                    + "with what is there, or restore a newer backup.";
        };
    }

    private static String advice(Fault.Resource resource) {
        return switch (resource) {
            case OPEN_FILES -> "Nothing was changed. Raise the limit of open files (on Linux, 'ulimit -n' or "
                    + "LimitNOFILE), or look what in this program leaves files open.";
            case LENGTH_OF_NAMES ->
                "Nothing was changed. Use a shorter name: the files beside the page file have names "
                        + "with up to 17 bytes more.";
            case MEMORY -> "Nothing was changed. Give the system, or the container that this program runs in, more "
                    + "memory.";
        };
    }

    /** What is wrong with a superblock. */
    static String why(Superblock problem) {
        return switch (problem) {
            case Superblock.Empty() -> "the file is empty";
            case Superblock.Foreign() -> "it does not begin like a page file";
            case Superblock.Unusable(String first, String second) -> "both superblock slots are unusable (" + first
                    + "; " + second + ")";
            case Superblock.TooShort(long length, long needed, long pages, int pageSize) -> "the file is " + length
                    + " bytes long, its " + pages + " pages of " + pageSize + " bytes need " + needed;
        };
    }

    /** What to do about that. */
    static String advice(Superblock problem) {
        return switch (problem) {
            case Superblock.Empty() -> "Check the path. If nothing was ever in it, delete it and create a page file; "
                    + "if something was, it was cut off: restore it from a backup.";
            case Superblock.Foreign() -> "Check the path: this seems to be a file of another kind. If it was a page "
                    + "file, restore it from a backup.";
            case Superblock.Unusable _ -> "Keep the file as it is and restore it from a backup.";
            case Superblock.TooShort _ ->
                "Somebody cut it off, or copied a part of it only: keep the file as it is and "
                        + "restore it from a backup.";
        };
    }

    /** What is not known about a format. */
    static String why(Format format) {
        return switch (format) {
            case Format.Version(int major, int minor) -> "format version " + major + "." + minor;
            case Format.Features(int flags, boolean readable) -> "format 1.0 with feature flags 0x"
                    + Integer.toHexString(flags)
                    + (readable ? " that allow it to be read but not written" : " that it does not know");
        };
    }

    /** What there is no room in. */
    static String why(Limit limit) {
        return switch (limit) {
            case Limit.AtOnce(long wanted, long most, long mostInOneCall) -> wanted
                    + " pages were asked for at once, and it can have " + most + " at most, " + mostInOneCall
                    + " in one call";
            case Limit.Format(long pages) -> "the format allows " + pages + " pages";
            case Limit.MaxSize(long maxBytes, long pages, int pageSize, long there, long missing) ->
                "the configured maximum of " + maxBytes + " bytes is " + pages + " pages of " + pageSize + " bytes, "
                        + there + " are there and " + missing + " more are needed";
            case Limit.InitialSize(long pages, int pageSize, long maxBytes) -> pages + " pages of " + pageSize
                    + " bytes are more than the configured maximum of " + maxBytes + " bytes";
            case Limit.Disk(long missing, int pageSize) -> "there is no space left for " + missing
                    + " more pages of " + pageSize + " bytes";
            case Limit.FreeOutOfReach(long free, Limit because) -> why(because) + "; " + free
                    + (free == 1 ? " page is" : " pages are")
                    + " free and cannot be used, because the tree node that says which is damaged or cannot be read";
            case Limit.DiskOfNewFile(String why) -> why;
            case Limit.DiskAtOpening(String why) -> why;
            case Limit.Injected() -> "it was told to fail, by a FaultInjection";
        };
    }

    /** What to do about that. */
    static String advice(Limit limit) {
        return switch (limit) {
            case Limit.AtOnce _ -> "Nothing was allocated. Ask for fewer pages, or raise the maximum size.";
            case Limit.Format _ -> "Nothing was allocated. Free pages, or use a larger page size.";
            case Limit.MaxSize _ -> "Nothing was allocated. Free pages, or raise the maximum size.";
            case Limit.InitialSize _ ->
                "No file was made. Raise the maximum size, or lower the initial size: the smallest file has "
                        + "four pages.";
            case Limit.Injected _ -> "Nothing was allocated.";
            case Limit.Disk _ -> "Nothing was allocated. Free pages, or make room on the disk.";
            case Limit.DiskAtOpening _ ->
                "What was committed is intact. Make room on the disk, or remove small files if it "
                        + "has no more inodes, then open the file again.";
            case Limit.FreeOutOfReach(_, Limit because) -> advice(because)
                    + " Run verify() to see which node it is, and restore the file from a backup if it is damaged.";
            case Limit.DiskOfNewFile _ -> "No file was made. Make room on the disk, or lower the initial size.";
        };
    }

    /** What a page is, for one who wanted to use it. */
    static String use(Fault.Part part) {
        return switch (part) {
            case SUPERBLOCK, METADATA -> "it is the pager's own";
            case NODE -> "it holds a tree node";
            case JOURNAL -> "it is part of the journal";
            case CONTENTS -> "it holds a copy of a protected page";
            case REGULAR -> "it is a user's regular page";
        };
    }

    /** What is wrong with metadata. */
    static String why(Fault.CorruptMetadata fault) {
        return "generation " + fault.generation() + ": " + fault.problem() + "; metadata page "
                + (fault.otherPage() == 1 ? "A" : "B") + ": " + fault.otherProblem();
    }

    /** What is wrong with the content of a protected page. */
    static String why(Fault.CorruptProtectedPage fault) {
        return "sums are " + fault.sums() + ", committed were " + fault.committed();
    }
}
