package io.mappedpages.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A real file system on a disk that is a file, so that a test can see what has reached the disk, or let the disk fail.
 * Needs root on Linux; where that is missing, JUnit is told that the test cannot run.
 */
public final class LoopDisk implements AutoCloseable {

    private static final long MIB = 1 << 20;

    private final Path directory;
    private final String fileSystem;
    private final Path image;
    private final Path mountPoint;
    private final Deque<Path> mounts = new ArrayDeque<>();

    private LoopDisk(Path directory, String fileSystem, Path image) throws IOException {
        this.directory = directory;
        this.fileSystem = fileSystem;
        this.image = image;
        this.mountPoint = Files.createDirectories(directory.resolve("disk"));
    }

    /**
     * Makes a disk and mounts it.
     *
     * @param directory  an empty one, for the image and the mount points
     * @param fileSystem its kind, such as {@code ext4}
     * @param mib        its size
     * @param options    for the program that makes the file system
     */
    public static LoopDisk make(Path directory, String fileSystem, long mib, String... options) throws IOException {
        Path image = directory.resolve("image");
        assume(Shell.refusal("truncate", "-s", mib + "M", image.toString()));
        String[] command = new String[options.length + 2];
        command[0] = "mkfs." + fileSystem;
        System.arraycopy(options, 0, command, 1, options.length);
        command[command.length - 1] = image.toString();
        assume(Shell.refusal(command));
        LoopDisk disk = new LoopDisk(directory, fileSystem, image);
        assume(disk.mount(image, disk.mountPoint, "loop"));
        return disk;
    }

    /** A disk whose own file lies in a memory of the given size, which {@link #fail()} fills. */
    public static LoopDisk thatCanFail(Path directory, long mib) throws IOException {
        assume(Shell.refusal("mount", "-t", "tmpfs", "-o", "size=" + mib + "m", "tmpfs", directory.toString()));
        try {
            // Without a journal, so that nothing fails but what the test has written.
            LoopDisk disk = make(directory, "ext4", 8 * mib, "-q", "-F", "-O", "^has_journal");
            disk.mounts.addLast(directory);
            return disk;
        } catch (Throwable e) {
            Shell.run("umount", "-l", directory.toString());
            throw e;
        }
    }

    /** {@return why not, or nothing} */
    private String mount(Path what, Path where, String options) {
        String refusal = Shell.refusal("mount", "-o", options, what.toString(), where.toString());
        if (refusal.isEmpty()) {
            mounts.addFirst(where);
        }
        return refusal;
    }

    /** Where the disk is mounted. */
    public Path mountPoint() {
        return mountPoint;
    }

    /** Mounts an overlay whose upper directory is on the disk. {@return where it is mounted} */
    public Path overlay() throws IOException {
        Path lower = Files.createDirectory(mountPoint.resolve("lower"));
        Path upper = Files.createDirectory(mountPoint.resolve("upper"));
        Path work = Files.createDirectory(mountPoint.resolve("work"));
        Path merged = Files.createDirectory(directory.resolve("merged"));
        assume(Shell.refusal("mount", "-t", "overlay", "-o",
                "lowerdir=" + lower + ",upperdir=" + upper + ",workdir=" + work, "overlay", merged.toString()));
        mounts.addFirst(merged);
        return merged;
    }

    /** Mounts a copy of what has reached the disk until now, as after a power cut. {@return where it is mounted} */
    public Path mountCopy() throws IOException {
        Path copy = directory.resolve("copy-of-image");
        Shell.run("cp", "--sparse=always", image.toString(), copy.toString());
        Path where = Files.createDirectory(directory.resolve("after-power-cut"));
        // Beside its original, with the same name of its own: xfs wants to be told that this is meant.
        String refusal = mount(copy, where, fileSystem.equals("xfs") ? "loop,nouuid" : "loop");
        if (!refusal.isEmpty()) {
            throw new IllegalStateException("what reached the disk cannot be mounted: " + refusal);
        }
        return where;
    }

    /** From now on the disk cannot write where it holds zeros, also where zeros were written before. */
    public void fail() throws IOException {
        assume(Shell.refusal("fallocate", "--dig-holes", image.toString()));
        byte[] bytes = new byte[(int) MIB];
        try (OutputStream filler = Files.newOutputStream(directory.resolve("filler"))) {
            while (true) {
                filler.write(bytes);
            }
        } catch (IOException e) {
            // full, as it is meant to be
        }
    }

    private static void assume(String refusal) {
        assumeTrue(refusal.isEmpty(), () -> "needs root on Linux, loop devices and this file system: " + refusal);
    }

    @Override
    public void close() {
        mounts.forEach(mount -> Shell.run("umount", "-l", mount.toString()));
    }
}
