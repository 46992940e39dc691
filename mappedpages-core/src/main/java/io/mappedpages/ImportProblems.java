package io.mappedpages;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.Fault.Import;
import io.mappedpages.internal.fault.Fault.ImportPart;

/** The words for what stands in the way of an import: what is wrong, as a clause, and what to do about it, as a sentence. */
final class ImportProblems {

    private static final String BACKUP = "Restore the file from a backup and import that.";

    private ImportProblems() {
    }

    static String why(Import problem) {
        return switch (problem) {
            case Import.Superblock(String reason) -> "page 0 is not that of a file of the Rust crate, or damaged: "
                    + reason;
            case Import.OtherVersion(int major, int minor) -> "it is of format version " + major + "." + minor
                    + (major == 1 ? ", which is this library's own" : ", and versions 0.0 to 0.2 can be imported");
            case Import.CutOff(long length, long needed, long pages, int pageSize) -> "it is " + length
                    + " bytes long, its " + pages + " pages of " + pageSize + " bytes need " + needed;
            case Import.Damaged f -> "page " + f.page() + ", " + part(f.part()) + ", cannot be used: " + f.reason()
                    + "; the other copy, page " + f.otherPage() + ", " + f.other();
            case Import.DirectoryIndex(String reason) ->
                "the list in page 0 that says where the directory of protected "
                        + "pages is, is damaged: " + reason;
            case Import.Entry(long id, long page, String reason) -> "the entry of protected page " + id + ", in page "
                    + page + ", contradicts what else the file says: " + reason;
            case Import.Contents(long id, long page, String sum, String committed) -> "protected page " + id
                    + " is damaged (its current copy is page " + page + " of the file): CRC32 is " + sum
                    + ", committed was " + committed;
            case Import.Unreadable(long page, String why) -> "page " + page + " could not be read: " + why;
            case Import.Changed() -> "it was written to while it was read";
        };
    }

    static String advice(Import problem) {
        return switch (problem) {
            case Import.Superblock _ -> "Check the path. If it is a file of the crate, " + lower(BACKUP);
            case Import.OtherVersion(int major, _) -> major == 1 ? "Open it, or copy it, as it is."
                    : "Import it with a version of mappedpages that knows it.";
            case Import.CutOff _ -> "Somebody cut it off, or copied a part of it only. " + BACKUP;
            case Import.Damaged f -> f.acceptable()
                    ? BACKUP + " If there is none, the option acceptUnreadable takes the other copy, and what was "
                            + "committed last is lost."
                    : BACKUP;
            case Import.DirectoryIndex _ -> BACKUP;
            case Import.Entry _ ->
                BACKUP + " If there is none, free that protected page with the crate, in a copy of the "
                        + "file, and import the copy.";
            case Import.Contents _ ->
                BACKUP + " If there is none, write or free that protected page with the crate, in a "
                        + "copy of the file, and import the copy.";
            case Import.Unreadable _ -> "Nothing is known to be damaged. Check the disk and the system's log, then try "
                    + "again.";
            case Import.Changed() -> "Close it in the program that writes to it, then try again.";
        };
    }

    static MappedPageException exception(String message, Path path, Import problem, @Nullable Throwable cause) {
        return switch (problem) {
            case Import.Superblock f -> new CorruptSuperblockException(message, path, f.reason(), cause);
            case Import.CutOff f -> new CorruptSuperblockException(message, path, why(f), cause);
            case Import.OtherVersion _ -> new UnsupportedFormatException(message, path, cause);
            case Import.Damaged f -> new CorruptMetadataException(message, path, f.reason(), f.page(), cause);
            case Import.DirectoryIndex f -> new CorruptMetadataException(message, path, f.reason(), 0, cause);
            case Import.Entry f -> new CorruptMetadataException(message, path, f.reason(), f.page(), cause);
            case Import.Contents f -> new CorruptPageException(message, path, new ProtectedPageId(f.id()), f.page(),
                    "CRC32 is " + f.sum() + ", committed was " + f.committed(), cause);
            case Import.Unreadable _,Import.Changed _ -> new PagerIoException(message, path, cause);
        };
    }

    private static String part(ImportPart part) {
        return switch (part) {
            case METADATA -> "the metadata page that counts";
            case DIRECTORY -> "the copy that counts of a page of the directory of protected pages";
        };
    }

    private static String lower(String sentence) {
        return Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1);
    }
}
