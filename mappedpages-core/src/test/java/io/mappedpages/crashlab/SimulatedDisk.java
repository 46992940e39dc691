package io.mappedpages.crashlab;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.SuperblockSlot;
import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.storage.FileLockedException;
import io.mappedpages.internal.storage.HeldLock;
import io.mappedpages.internal.storage.OutOfSpaceException;
import io.mappedpages.internal.storage.PageSource;
import io.mappedpages.internal.storage.PageStorage;
import io.mappedpages.internal.storage.StorageProvider;
import io.mappedpages.internal.storage.Whereabouts;
import io.mappedpages.internal.transaction.CheckpointRunner;

/**
 * A directory on a disk that is only simulated: files live in memory, everything that would have to reach the medium is
 * recorded, and any single call can be told to fail or to be the last one of its process.
 */
final class SimulatedDisk implements StorageProvider {

    /** The one file that the laboratory works on. */
    static final Path FILE = Path.of("/lab/file");

    private static final int RESERVED_PIECE = 4096;

    private final int capacity;
    private final List<DiskEvent> log = new ArrayList<>();
    private final Map<Path, SimulatedFile> names = new HashMap<>();
    private final Set<Path> locked = new HashSet<>();
    private final List<DiskCall> calls = new ArrayList<>();
    private int files;
    private int syncs;
    private boolean recording = true;
    private int process;
    private boolean dead;
    private int faultAt = -1;
    private @Nullable DiskFault fault;
    private boolean struck;
    private BadBlock bad = BadBlock.NONE;
    private Consumer<DiskCall> spy = _ -> {
    };
    private @Nullable PacedCheckpoints pace;

    /** An empty directory for files of at most {@code capacity} bytes, a power of two. */
    SimulatedDisk(int capacity) {
        this.capacity = capacity;
    }

    /** A directory with one file, durable. */
    SimulatedDisk(byte[] content, int length, int capacity) {
        this(capacity);
        names.put(FILE, new SimulatedFile(files++, content, length, capacity));
    }

    /** Somebody has put another file into the directory. */
    synchronized void add(Path name, byte[] content) {
        names.put(name, new SimulatedFile(files++, content, content.length, content.length));
    }

    /** {@return the bytes of such a file} */
    synchronized byte[] content(Path name) {
        SimulatedFile file = names.get(name);
        return file == null ? new byte[0] : Arrays.copyOf(file.bytes, file.length);
    }

    /** {@return what runs the checkpoints of the pager on this disk, a call for so many others} */
    synchronized CheckpointRunner paced(int every) {
        finishCheckpoint();
        PacedCheckpoints checkpoints = new PacedCheckpoints(this, every);
        pace = checkpoints;
        return checkpoints;
    }

    /** If one is written beside commits, it comes to its end. */
    void finishCheckpoint() {
        PacedCheckpoints checkpoints = pace;
        if (checkpoints != null) {
            checkpoints.finish();
        }
    }

    /** Makes call number {@code index}, counted as {@link #calls} counts, fail. */
    synchronized void arm(int index, DiskFault how) {
        faultAt = index;
        fault = how;
        struck = false;
    }

    /** From now on some reads fail. */
    synchronized void has(BadBlock badBlock) {
        bad = badBlock;
    }

    /** {@return a number that two files have in common only if they are the same to the bit} */
    synchronized long hash() {
        SimulatedFile file = names.get(FILE);
        return file == null ? Hashes.mix(files) : Hashes.mix(1 + Hashes.image(file.bytes, file.length));
    }

    /** Tells somebody of every call before it does anything. */
    synchronized void spy(Consumer<DiskCall> who) {
        spy = who;
    }

    synchronized boolean hasStruck() {
        return struck;
    }

    synchronized boolean isDead() {
        return dead;
    }

    /** The process is gone, and its locks with it; the cache stays. Another one may begin. */
    synchronized void restart() {
        process++;
        finishCheckpoint(); // which finds that its process is gone
        noticeStores();
        dead = false;
        locked.clear();
    }

    /** Every call so far. */
    synchronized List<DiskCall> calls() {
        return new ArrayList<>(calls);
    }

    synchronized int callCount() {
        return calls.size();
    }

    /** No longer keeps a record: for making a file to begin with. */
    synchronized void stopRecording() {
        recording = false;
    }

    synchronized void mark(Object what) {
        noticeStores();
        record(new DiskEvent.Mark(what));
    }

    synchronized List<DiskEvent> log() {
        noticeStores();
        return new ArrayList<>(log);
    }

    /** The file as a process would read it, or null. */
    synchronized @Nullable SimulatedFile file() {
        return file(FILE);
    }

    /** The same for another name. */
    synchronized @Nullable SimulatedFile file(Path name) {
        return names.get(name);
    }

    /** Somebody moves another file to the place of the one that the laboratory works on. */
    synchronized void replaceFile(byte[] content, int length) {
        names.put(FILE, new SimulatedFile(files++, content, length, capacity));
    }

    int capacity() {
        return capacity;
    }

    private void record(DiskEvent event) {
        if (recording) {
            log.add(event);
        }
    }

    private void noticeStores() {
        if (!recording) {
            return;
        }
        for (SimulatedFile file : names.values()) {
            file.noticeStores((offset, sector) -> record(new DiskEvent.Write(file.id, offset, sector)));
        }
    }

    /** What a call does to so many of its bytes or ranges. */
    private interface Part<T extends @Nullable Object> {
        T run(int some) throws IOException;
    }

    private <T extends @Nullable Object> T call(DiskCall call, int caller, int whole, Part<T> part)
            throws IOException {
        if (dead || caller != process) {
            throw new ProcessDeath();
        }
        if (call != DiskCall.LENGTH && call != DiskCall.READ) { // those change nothing, and are many
            noticeStores();
        }
        spy.accept(call);
        int index = calls.size();
        calls.add(call);
        DiskFault now = index == faultAt ? fault : null;
        if (now == null) {
            return part.run(whole);
        }
        if (!now.strikes(call)) {
            throw new IllegalStateException(now + " does not strike " + call);
        }
        struck = true;
        if (now.isHalf() && whole > 0) {
            part.run(whole / 2);
        } else if (now.isAfter()) {
            part.run(whole);
        } else if (now == DiskFault.SYNC_LOST) {
            part.run(-1);
        }
        if (now.isDeath()) {
            dead = true;
            throw new ProcessDeath();
        }
        String message = "told to fail: " + call + " " + now;
        throw now == DiskFault.OUT_OF_SPACE ? new OutOfSpaceException(message, null) : new IOException(message);
    }

    @Override
    public synchronized boolean exists(Path path) {
        return names.containsKey(path);
    }

    @Override
    public synchronized Path resolve(Path path) throws IOException {
        return call(DiskCall.RESOLVE, process, 0, _ -> path);
    }

    @Override
    public synchronized PageStorage createTemporary(Path target) throws IOException {
        return call(DiskCall.CREATE_TEMPORARY, process, 0, _ -> {
            SimulatedFile file = new SimulatedFile(files++, new byte[0], 0, capacity);
            Path name = target.resolveSibling("." + target.getFileName() + "." + file.id + ".tmp");
            link(name, file);
            return new Storage(file, name, () -> {
            });
        });
    }

    @Override
    public synchronized void publish(PageStorage temporary, Path target) throws IOException {
        Storage storage = (Storage) temporary;
        storage.closed = true;
        try {
            call(DiskCall.PUBLISH, process, 4, steps -> {
                if (names.containsKey(target)) {
                    throw new FileAlreadyExistsException(target.toString());
                }
                if (steps >= 1) {
                    link(target, storage.file);
                }
                if (steps >= 3) {
                    unlink(storage.name);
                }
                if (steps >= 4) {
                    record(new DiskEvent.SyncDirectory());
                }
                return null;
            });
        } catch (FileAlreadyExistsException e) {
            unlink(storage.name);
            throw e;
        } catch (IOException e) {
            unlink(storage.name);
            unlink(target);
            throw e;
        }
    }

    @Override
    public synchronized void discard(PageStorage temporary) {
        Storage storage = (Storage) temporary;
        if (!dead && !storage.closed) {
            storage.closed = true;
            unlink(storage.name);
        }
    }

    private void link(Path name, SimulatedFile file) {
        names.put(name, file);
        record(new DiskEvent.Link(name, file.id));
    }

    private void unlink(Path name) {
        if (names.remove(name) != null) {
            record(new DiskEvent.Unlink(name));
        }
    }

    @Override
    public synchronized HeldLock lock(Path realPath) throws IOException {
        return call(DiskCall.LOCK, process, 0, _ -> {
            if (!locked.add(realPath)) {
                throw new FileLockedException(realPath, FileLockedException.Holder.THIS_JVM);
            }
            int owner = process;
            return () -> unlock(realPath, owner);
        });
    }

    private synchronized void unlock(Path realPath, int owner) {
        if (owner == process) {
            locked.remove(realPath);
        }
    }

    @Override
    public synchronized PageStorage open(Path realPath, HeldLock lock) throws IOException {
        return call(DiskCall.OPEN, process, 0, _ -> {
            SimulatedFile file = names.get(realPath);
            if (file == null) {
                throw new NoSuchFileException(realPath.toString());
            }
            return new Storage(file, realPath, lock::close);
        });
    }

    @Override
    public PageSource openToRead(Path realPath) throws IOException {
        return open(realPath, () -> {
        });
    }

    @Override
    public synchronized Object identity(Path realPath) throws IOException {
        return call(DiskCall.IDENTITY, process, 0, _ -> {
            SimulatedFile file = names.get(realPath);
            if (file == null) {
                throw new NoSuchFileException(realPath.toString());
            }
            return file.id;
        });
    }

    /** An open file. Everything happens under the disk's monitor. */
    private final class Storage implements PageStorage {

        private final SimulatedFile file;
        private final Path name;
        private final Runnable afterClose;
        private final int owner = process;
        private boolean closed;
        /** A write has failed, which the other description was told of, and this one was not. */
        private boolean lostForBeside;
        private boolean lostForOthers;

        Storage(SimulatedFile file, Path name, Runnable afterClose) {
            this.file = file;
            this.name = name;
            this.afterClose = afterClose;
        }

        /** The process may be gone when this returns. */
        private void pass() {
            synchronized (SimulatedDisk.this) {
                if (pace != null) {
                    pace.pass();
                }
            }
        }

        private <T extends @Nullable Object> T here(DiskCall call, int whole, Part<T> part) throws IOException {
            synchronized (SimulatedDisk.this) {
                if (closed) {
                    throw new IOException(name + " is closed");
                }
                return call(call, owner, whole, part);
            }
        }

        @Override
        public long length() throws IOException {
            return here(DiskCall.LENGTH, 0, _ -> (long) file.length);
        }

        @Override
        public void read(long offset, byte[] target, int from, int length) throws IOException {
            here(DiskCall.READ, length, some -> {
                bad.read(offset, some);
                if (offset + some > file.length) {
                    throw new EOFException(length + " bytes at " + offset + " of " + file.length);
                }
                System.arraycopy(file.bytes, (int) offset, target, from, some);
                return null;
            });
        }

        @Override
        public void write(long offset, byte[] source, int from, int length) throws IOException {
            if (offset > SuperblockSlot.SLOT_1) { // no look at the slots comes between writing one and noting it
                pass();
            }
            here(DiskCall.WRITE, length, some -> {
                put((int) offset, source, from, some);
                return null;
            });
        }

        private void put(int offset, byte[] source, int from, int count) throws IOException {
            requireRoom((long) offset + count);
            int before = file.length;
            file.write(offset, source, from, count);
            record(new DiskEvent.Write(file.id, offset, Arrays.copyOfRange(source, from, from + count)));
            if (file.length != before) {
                record(new DiskEvent.SetLength(file.id, file.length));
            }
        }

        private void requireRoom(long end) throws IOException {
            if (end > capacity) {
                throw new OutOfSpaceException("the simulated disk ends at " + capacity, null);
            }
        }

        @Override
        public void sync() throws IOException {
            pass();
            here(DiskCall.SYNC, 0, some -> {
                requireNotLost(false, some < 0);
                end(begin(), null, some < 0);
                return null;
            });
        }

        @Override
        public void sync(List<ByteRange> ranges) throws IOException {
            pass();
            sync(ranges, false);
        }

        /** Through a description of its own: what one sync was told of, another is told of as well. */
        @Override
        public void syncBeside(List<ByteRange> ranges) throws IOException {
            if (!ranges.isEmpty()) {
                pass();
                sync(ranges, true);
            }
        }

        private void sync(List<ByteRange> ranges, boolean beside) throws IOException {
            here(DiskCall.SYNC_RANGES, ranges.size(), some -> {
                requireNotLost(beside, some < 0);
                end(begin(), List.copyOf(ranges.subList(0, Math.max(some, 0))), some < 0);
                return null;
            });
        }

        private void requireNotLost(boolean beside, boolean lostNow) throws IOException {
            boolean isToBeTold = beside ? lostForBeside : lostForOthers;
            if (beside) {
                lostForBeside = false;
                lostForOthers |= lostNow;
            } else {
                lostForOthers = false;
                lostForBeside |= lostNow;
            }
            if (isToBeTold && !lostNow) {
                throw new IOException("a write has failed before");
            }
        }

        private int begin() {
            int number = syncs++;
            record(new DiskEvent.SyncBegin(file.id, number));
            return number;
        }

        private void end(int number, @Nullable List<ByteRange> ranges, boolean lost) {
            // a sync that fails loses whatever is dirty, not only what it was asked about
            record(new DiskEvent.SyncEnd(file.id, number, lost ? null : ranges, lost));
        }

        @Override
        public void extend(long from, long to, boolean reserve) throws IOException {
            here(DiskCall.EXTEND, (int) (to - from), some -> {
                int end = (int) from + some;
                requireRoom(from + some);
                for (int at = (int) from; reserve && at < end;) {
                    int piece = Math.min(end - at, RESERVED_PIECE - at % RESERVED_PIECE);
                    put(at, new byte[piece], 0, piece);
                    at += piece;
                }
                if (file.length < end) {
                    setLength(end);
                }
                return null;
            });
        }

        @Override
        public void truncate(long length) throws IOException {
            here(DiskCall.TRUNCATE, 0, _ -> {
                if (file.length > length) {
                    setLength((int) length);
                }
                return null;
            });
        }

        private void setLength(int length) {
            file.setLength(length);
            record(new DiskEvent.SetLength(file.id, length));
        }

        @Override
        public boolean punchHole(ByteRange range) throws IOException {
            return here(DiskCall.PUNCH_HOLE, (int) range.length(), some -> {
                put((int) range.offset(), new byte[some], 0, some);
                return true;
            });
        }

        /** Not a call that fails: what is looked up is the directory. */
        @Override
        public Whereabouts whereabouts() {
            synchronized (SimulatedDisk.this) {
                SimulatedFile there = names.get(name);
                return file.equals(there) ? Whereabouts.IN_PLACE
                        : new Whereabouts(there == null ? Whereabouts.Name.LEADS_NOWHERE
                                : Whereabouts.Name.LEADS_TO_ANOTHER, null);
            }
        }

        @Override
        public MemorySegment map(long offset, long length, Arena arena) throws IOException {
            return here(DiskCall.MAP, 0, _ -> {
                requireRoom(offset + length);
                if (file.length < offset + length) {
                    setLength((int) (offset + length));
                }
                return MemorySegment.ofArray(file.bytes).asSlice(offset, length);
            });
        }

        @Override
        public void close() throws IOException {
            synchronized (SimulatedDisk.this) {
                if (closed) {
                    return;
                }
                closed = true;
                try {
                    call(DiskCall.CLOSE, owner, 0, _ -> null);
                } finally {
                    if (!dead) {
                        afterClose.run();
                    }
                }
            }
        }

        @Override
        public String toString() {
            return name.toString();
        }
    }
}
