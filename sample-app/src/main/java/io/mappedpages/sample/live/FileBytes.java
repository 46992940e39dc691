package io.mappedpages.sample.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads the page file as any program could, beside the pager and without asking it: for showing what is in the file.
 * What is being written at the same time may be read in part.
 *
 * <p>
 * Closing a descriptor of the page file gives its POSIX lock up, where locks are of that kind; the lock file's stays, and
 * keeps others out.
 */
final class FileBytes {

    private FileBytes() {
    }

    /**
     * Reads a piece.
     *
     * @return its bytes, little-endian and to be read; fewer than asked for at the end of the file
     */
    static ByteBuffer read(Path file, long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) >= 0) {
                // on
            }
        }
        return bytes.flip();
    }
}
