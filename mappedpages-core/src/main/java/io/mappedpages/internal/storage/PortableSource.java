package io.mappedpages.internal.storage;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Objects;

/** Reads a file with what the JDK has for it: through a {@link RandomAccessFile}, which no interrupt closes. */
final class PortableSource implements PageSource {

    private final Path path;
    private final Object identity;
    private final RandomAccessFile reader;
    /** Guards the position of {@link #reader}. */
    private final Object monitor;
    private volatile boolean closed;

    /**
     * Takes over an open file.
     *
     * @param identity tells the file from every other
     * @param monitor  of who else moves the position of {@code reader}
     */
    PortableSource(Path path, Object identity, RandomAccessFile reader, Object monitor) {
        this.path = path;
        this.identity = identity;
        this.reader = reader;
        this.monitor = monitor;
    }

    @Override
    public long length() throws IOException {
        requireOpen();
        return reader.length(); // moves nothing, so it need not wait for a read
    }

    @Override
    public void read(long offset, byte[] target, int from, int length) throws IOException {
        Objects.checkFromIndexSize(from, length, target.length);
        if (offset < 0) {
            throw new IllegalArgumentException("negative offset: " + offset);
        }
        synchronized (monitor) {
            try {
                requireOpen();
                reader.seek(offset);
                reader.readFully(target, from, length);
            } catch (EOFException e) {
                EOFException clearer = new EOFException(path + " is " + reader.length() + " bytes long and has no "
                        + length + " bytes at " + offset);
                clearer.initCause(e);
                throw clearer;
            }
        }
    }

    @Override
    public Whereabouts whereabouts() throws IOException {
        requireOpen();
        Object named = FileIdentity.orNull(path);
        if (identity.equals(named)) {
            return Whereabouts.IN_PLACE;
        }
        Whereabouts.Name name = named == null ? Whereabouts.Name.LEADS_NOWHERE : Whereabouts.Name.LEADS_TO_ANOTHER;
        return new Whereabouts(name, OpenFiles.nameOf(identity));
    }

    /** After whoever is reading: a number that was given back may be another file's at once. */
    @Override
    public void close() throws IOException {
        synchronized (monitor) {
            closed = true;
            reader.close();
        }
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException(path + " is closed");
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
