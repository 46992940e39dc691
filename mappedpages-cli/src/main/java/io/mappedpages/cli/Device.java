package io.mappedpages.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

/** The block device below a directory, as far as Linux shows it. */
final class Device {

    private static final Path DEVICES = Path.of("/sys/dev/block");
    private static final int SECTORS_WRITTEN = 6;
    private static final int SECTOR = 512;

    private final @Nullable Path entry;

    private Device(@Nullable Path entry) {
        this.entry = entry;
    }

    static Device below(Path directory) {
        try {
            long number = (long) Files.getAttribute(directory, "unix:dev");
            long major = number >>> 8 & 0xFFF;
            long minor = (number & 0xFF) | (number >>> 12 & 0xFFF00);
            Path entry = DEVICES.resolve(major + ":" + minor);
            return new Device(Files.exists(entry) ? entry.toRealPath() : null);
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return new Device(null); // another system has nothing of the kind
        }
    }

    /** {@return bytes written to the device since it exists, by anybody; null if that is not counted} */
    @Nullable Long bytesWritten() {
        String stat = read("stat");
        if (stat == null) {
            return null;
        }
        String[] fields = stat.split("\\s+", -1);
        return fields.length > SECTORS_WRITTEN ? Long.parseLong(fields[SECTORS_WRITTEN]) * SECTOR : null;
    }

    /** {@return "write back" if the device has a cache that forgets, "write through" if it says that it has none; or null} */
    @Nullable String writeCache() {
        return read("queue/write_cache");
    }

    /** {@return whether it says that it rotates} */
    boolean isRotating() {
        return "1".equals(read("queue/rotational"));
    }

    /** Of a partition, what is said of the device is one directory higher. */
    private @Nullable String read(String name) {
        if (entry == null) {
            return null;
        }
        for (Path place : List.of(entry.resolve(name), entry.resolve("..").resolve(name))) {
            try {
                if (Files.exists(place)) {
                    return Files.readString(place).strip();
                }
            } catch (IOException e) {
                return null;
            }
        }
        return null;
    }
}
