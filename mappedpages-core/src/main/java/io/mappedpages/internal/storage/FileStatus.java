package io.mappedpages.internal.storage;

/**
 * What the kernel says of a file.
 *
 * @param error  the negative {@code errno} if it could not be asked, and then the rest means nothing; otherwise 0
 * @param device the file system that it is on
 * @param inode  the file's number there
 * @param mode   its kind and permissions
 */
record FileStatus(int error, long device, long inode, int mode) {

    private static final int KIND = 0xF000;
    private static final int REGULAR = 0x8000;

    boolean isRegular() {
        return (mode & KIND) == REGULAR;
    }

    /** {@return whether both could be looked at and are one file} */
    boolean isSameFile(FileStatus other) {
        return error == 0 && other.error == 0 && device == other.device && inode == other.inode;
    }
}
