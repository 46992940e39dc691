package io.mappedpages.testing;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A file system on a disk that can lose its end: blocks from some place on give input/output errors, to reads and to mapped
 * memory alike. It is an ext4 in a file, on a loop device that is longer than the file. Only root may make one, and not
 * everywhere.
 */
public final class ShortDisk implements AutoCloseable {

    private static final int BLOCK = 4096;

    private final Path image;
    private final Path mountPoint;
    private final String device;
    private boolean mounted;

    private ShortDisk(Path image, Path mountPoint, String device) {
        this.image = image;
        this.mountPoint = mountPoint;
        this.device = device;
    }

    /** Makes a whole one, its file and its mount point in this directory, if that is possible here. */
    public static Optional<ShortDisk> in(Path directory, long bytes) {
        try {
            Path image = directory.resolve("disk.image");
            Path mountPoint = Files.createDirectories(directory.resolve("disk"));
            try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
                file.setLength(bytes);
            }
            run("mkfs.ext4", "-q", "-b", String.valueOf(BLOCK), "-O", "^has_journal", image.toString());
            ShortDisk disk = new ShortDisk(image, mountPoint,
                    run("losetup", "-f", "--show", image.toString()).strip());
            try {
                disk.mount();
            } catch (IOException e) {
                disk.close();
                throw e;
            }
            return Optional.of(disk);
        } catch (IOException e) {
            return Optional.empty(); // not root, or none of these programs
        }
    }

    /** Where files can be made. */
    public Path directory() {
        return mountPoint;
    }

    /**
     * Loses everything from the block with this content on. Nothing on the disk may be open; what was read before is
     * forgotten.
     *
     * @return whether there was such a block
     */
    public boolean loseFrom(byte[] content) throws IOException {
        run("umount", mountPoint.toString());
        mounted = false;
        long at = find(content);
        if (at >= 0) {
            try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
                file.setLength(at);
            }
        }
        mount();
        return at >= 0;
    }

    private long find(byte[] content) throws IOException {
        byte[] block = new byte[BLOCK];
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "r")) {
            for (long at = 0; at < file.length(); at += BLOCK) {
                file.seek(at);
                file.readFully(block);
                if (Arrays.equals(block, content)) {
                    return at;
                }
            }
        }
        return -1;
    }

    private void mount() throws IOException {
        run("mount", device, mountPoint.toString());
        mounted = true;
    }

    @Override
    public void close() throws IOException {
        try {
            if (mounted) {
                run("umount", mountPoint.toString());
            }
        } finally {
            run("losetup", "-d", device);
        }
    }

    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(String.join(" ", command) + ": " + said);
        }
        return said;
    }
}
