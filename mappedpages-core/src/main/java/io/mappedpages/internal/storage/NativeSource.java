package io.mappedpages.internal.storage;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/** Reads a file through one descriptor, by system calls of Linux. */
final class NativeSource implements PageSource {

    private final SystemCalls calls;
    private final Path path;
    private final NativeFile file;

    NativeSource(SystemCalls calls, Path path, NativeFile file) {
        this.calls = calls;
        this.path = path;
        this.file = file;
    }

    @Override
    public long length() throws IOException {
        return file.require("asking for the length", SystemCalls::length);
    }

    @Override
    public void read(long offset, byte[] target, int from, int count) throws IOException {
        Objects.checkFromIndexSize(from, count, target.length);
        if (offset < 0) {
            throw new IllegalArgumentException("negative offset: " + offset);
        }
        if (file.read(offset, target, from, count) < count) {
            throw new EOFException(
                    path + " is " + length() + " bytes long and has no " + count + " bytes at " + offset);
        }
    }

    @Override
    public Whereabouts whereabouts() throws IOException {
        FileStatus named = file.named();
        if (named.isSameFile(file.status())) {
            return Whereabouts.IN_PLACE;
        }
        boolean nowhere = named.error() == -Errno.ENOENT || named.error() == -Errno.ENOTDIR;
        if (named.error() != 0 && !nowhere) {
            throw Errno.failure(path, "looking for it", -named.error());
        }
        return new Whereabouts(nowhere ? Whereabouts.Name.LEADS_NOWHERE : Whereabouts.Name.LEADS_TO_ANOTHER, now());
    }

    /** A file that was deleted has only what looks like a name, which leads nowhere or to another file. */
    private @Nullable Path now() throws IOException {
        Path name;
        try {
            name = Files.readSymbolicLink(Path.of(file.descriptorName()));
        } catch (FileSystemException e) {
            return null; // there is no /proc here
        }
        return calls.status(ExactNames.bytes(name)).isSameFile(file.status()) ? name : null;
    }

    @Override
    public void close() {
        file.close();
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
