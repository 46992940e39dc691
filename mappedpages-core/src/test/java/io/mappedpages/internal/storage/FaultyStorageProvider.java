package io.mappedpages.internal.storage;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

/**
 * Storage that fails when it is told to, for tests: it stands in front of any other provider, hands every call on, counts
 * and logs it, and makes chosen ones fail.
 *
 * <pre>{@code
 * var storage = new FaultyStorageProvider(new FileStorageProvider());
 * ... open the pager on it ...
 * storage.failNext(Call.EXTEND, Fault.OUT_OF_SPACE);
 * assertThatThrownBy(pager::alloc)...
 * }</pre>
 *
 * <p>
 * Faults are armed for calls of one kind, whichever storage of this provider they reach, and strike once; a bad block
 * fails all reads of it. Any thread may call anything.
 */
public final class FaultyStorageProvider implements StorageProvider {

    /** Every verb of {@link PageStorage}, then every verb of {@link StorageProvider}. */
    public enum Call {
        LENGTH, READ, WRITE, SYNC, SYNC_RANGES, EXTEND, TRUNCATE, MAP, CLOSE,

        EXISTS, RESOLVE, CREATE_TEMPORARY, PUBLISH, DISCARD, LOCK, OPEN, IDENTITY
    }

    /** How a call fails. {@link #strikes} tells which calls can fail so. */
    public enum Fault {
        /** {@link IOException}, and nothing was done. */
        BEFORE(EnumSet.complementOf(EnumSet.of(Call.CLOSE, Call.EXISTS, Call.DISCARD))),
        /** Everything was done, and {@link IOException} nevertheless. */
        AFTER(EnumSet.range(Call.LENGTH, Call.CLOSE)),
        /** Half of the bytes, or half of the ranges, were dealt with; then {@link IOException}. */
        HALF(EnumSet.of(Call.READ, Call.WRITE, Call.SYNC_RANGES, Call.EXTEND)),
        /** {@link OutOfSpaceException}; as on a full disk, the first half was written or reserved. */
        OUT_OF_SPACE(EnumSet.of(Call.WRITE, Call.EXTEND, Call.CREATE_TEMPORARY, Call.LOCK)),
        /**
         * {@link IOException} without syncing, and the next sync of this file, of either kind, says that all is well
         * without syncing either: an operating system reports a lost write once and then takes the page for clean.
         */
        SYNC_LOST(EnumSet.of(Call.SYNC, Call.SYNC_RANGES));

        private final Set<Call> calls;

        Fault(Set<Call> calls) {
            this.calls = calls;
        }

        /** Tells whether a call can fail in this way. */
        public boolean strikes(Call call) {
            return calls.contains(call);
        }

        private boolean handsOn(Call call) {
            return this == AFTER || this == HALF || (this == OUT_OF_SPACE && HALF.strikes(call));
        }
    }

    /**
     * One call, logged when it begins.
     *
     * @param call     which one
     * @param ranges   the bytes it is about: none, one, or for a sync of ranges any number
     * @param fault    the fault that struck it
     * @param handedOn whether it was done behind, at least in part; false also for the sync after a
     *                 {@link Fault#SYNC_LOST}, which only says that all is well
     */
    public record Event(Call call, List<ByteRange> ranges, @Nullable Fault fault, boolean handedOn) {

        /** Returns the first byte it is about, or -1. */
        public long offset() {
            return ranges.isEmpty() ? -1 : ranges.getFirst().offset();
        }

        /** Returns how many bytes it is about. */
        public long length() {
            return ranges.stream().mapToLong(ByteRange::length).sum();
        }
    }

    /** Bytes of which so many reads will fail. */
    private static final class BadBlock {
        private final ByteRange range;
        private final boolean isBlock;
        private int times;

        BadBlock(ByteRange range, int times, boolean isBlock) {
            this.isBlock = isBlock;
            this.range = range;
            this.times = times;
        }

        boolean isHit(ByteRange read) {
            return times > 0 && read.offset() < range.offset() + range.length()
                    && range.offset() < read.offset() + read.length() && times-- > 0;
        }

        /** To write a part of a block, the rest of it has to be read. */
        boolean isHitInPart(ByteRange written) {
            return isBlock && !isMended(written) && isHit(written);
        }

        /** A disk puts a block that is written as a whole in another place. */
        boolean isMended(ByteRange written) {
            return isBlock && written.offset() <= range.offset()
                    && range.offset() + range.length() <= written.offset() + written.length();
        }
    }

    /** What a call does to the storage behind. */
    private interface Action<T extends @Nullable Object> {
        T run() throws IOException;
    }

    private final StorageProvider behind;
    private final Map<Call, Long> counts = new EnumMap<>(Call.class);
    private final Map<Call, Map<Long, Fault>> armed = new EnumMap<>(Call.class);
    private volatile @Nullable Path twin;
    private volatile boolean lookupsFail;
    private volatile boolean syncsUnmapped = true;
    private final List<BadBlock> badBlocks = new ArrayList<>();
    private final Map<Call, Runnable> hooks = new EnumMap<>(Call.class);
    private final List<Event> events = new ArrayList<>();

    /** Stands in front of another provider. */
    public FaultyStorageProvider(StorageProvider behind) {
        this.behind = behind;
    }

    /** Makes the next call of this kind fail. */
    public void failNext(Call call, Fault fault) {
        failNth(call, 1, fault);
    }

    /** Makes the {@code n}th call of this kind from now on fail; 1 is the next. */
    public synchronized void failNth(Call call, int n, Fault fault) {
        if (n < 1 || !fault.strikes(call)) {
            throw new IllegalArgumentException(call + " cannot fail with " + fault + " the " + n + "th time");
        }
        armed.computeIfAbsent(call, any -> new HashMap<>()).put(count(call) + n, fault);
    }

    /** Makes every read that touches these bytes fail, as a bad block does. {@link #reset()} repairs it. */
    public void failReadsOf(ByteRange range) {
        failReadsOf(range, Integer.MAX_VALUE);
    }

    /** Makes reads of this block fail, and writes of a part of it; written as a whole it is good again. */
    public synchronized void loseBlock(ByteRange block) {
        badBlocks.add(new BadBlock(block, Integer.MAX_VALUE, true));
    }

    /** Makes the next so many reads that touch these bytes fail. */
    public synchronized void failReadsOf(ByteRange range, int times) {
        badBlocks.add(new BadBlock(range, times, false));
    }

    /**
     * From now on mappings are of this file, a copy of the one that is open. Where the copy is cut short afterwards, memory
     * cannot be read and the file can.
     */
    public void mapInstead(Path copy) {
        twin = copy;
    }

    /** From now on nobody can tell where the file is; {@link #reset()} ends that. */
    public void failLookups() {
        lookupsFail = true;
    }

    private static MemorySegment mapped(Path path, long offset, long length, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, offset, length, arena);
        }
    }

    /** From now on a sync does not cover what was stored through a mapping that is gone, as on some systems. */
    public void syncsOnlyWhatIsMapped() {
        syncsUnmapped = false;
    }

    /** Runs something, once, on the thread that makes the next call of this kind, before the call does anything. */
    public synchronized void beforeNext(Call call, Runnable hook) {
        hooks.put(call, hook);
    }

    /** Returns how many calls of this kind began since the beginning or the last {@link #reset()}. */
    public synchronized long count(Call call) {
        return counts.getOrDefault(call, 0L);
    }

    /** Returns the calls in the order in which they began. */
    public synchronized List<Event> events() {
        return List.copyOf(events);
    }

    /** Forgets counts, log, hooks, bad blocks, and faults that have not struck yet. */
    public synchronized void reset() {
        counts.clear();
        armed.clear();
        lookupsFail = false;
        badBlocks.clear();
        hooks.clear();
        events.clear();
    }

    @Override
    public boolean exists(Path path) {
        begin(Call.EXISTS, List.of(), false);
        return behind.exists(path);
    }

    @Override
    public Path resolve(Path path) throws IOException {
        return failingBefore(Call.RESOLVE, () -> behind.resolve(path));
    }

    @Override
    public PageStorage createTemporary(Path target) throws IOException {
        return new Storage(failingBefore(Call.CREATE_TEMPORARY, () -> behind.createTemporary(target)));
    }

    @Override
    public void publish(PageStorage temporary, Path target) throws IOException {
        try {
            failingBefore(Call.PUBLISH, () -> null);
        } catch (IOException e) {
            behind.discard(unwrap(temporary)); // as every provider promises
            throw e;
        }
        behind.publish(unwrap(temporary), target);
    }

    @Override
    public void discard(PageStorage temporary) {
        begin(Call.DISCARD, List.of(), false);
        behind.discard(unwrap(temporary));
    }

    @Override
    public HeldLock lock(Path realPath) throws IOException {
        return failingBefore(Call.LOCK, () -> behind.lock(realPath));
    }

    @Override
    public PageStorage open(Path realPath, HeldLock lock) throws IOException {
        return new Storage(failingBefore(Call.OPEN, () -> behind.open(realPath, lock)));
    }

    @Override
    public PageSource openToRead(Path realPath) throws IOException {
        return failingBefore(Call.OPEN, () -> behind.openToRead(realPath));
    }

    @Override
    public Object identity(Path realPath) throws IOException {
        return failingBefore(Call.IDENTITY, () -> behind.identity(realPath));
    }

    @Override
    public boolean withdraw(Path realPath, Object identity) throws IOException {
        return behind.withdraw(realPath, identity);
    }

    private static PageStorage unwrap(PageStorage storage) {
        return storage instanceof Storage faulty ? faulty.file : storage;
    }

    /** Counts a call and says how it is to fail. */
    private @Nullable Fault begin(Call call, List<ByteRange> ranges, boolean pretending) {
        Runnable hook;
        Fault fault;
        synchronized (this) {
            long number = counts.merge(call, 1L, Long::sum);
            fault = armed.getOrDefault(call, Map.of()).get(number);
            if (fault == null && call == Call.READ
                    && badBlocks.stream().anyMatch(bad -> bad.isHit(ranges.getFirst()))) {
                fault = Fault.BEFORE;
            }
            if (fault == null && call == Call.WRITE) {
                if (badBlocks.stream().anyMatch(bad -> bad.isHitInPart(ranges.getFirst()))) {
                    fault = Fault.BEFORE;
                }
                badBlocks.removeIf(bad -> bad.isMended(ranges.getFirst()));
            }
            hook = hooks.remove(call);
            boolean handedOn = fault == null ? !pretending : fault.handsOn(call);
            events.add(new Event(call, List.copyOf(ranges), fault, handedOn));
        }
        if (hook != null) {
            hook.run();
        }
        return fault;
    }

    private <T extends @Nullable Object> T failingBefore(Call call, Action<T> action) throws IOException {
        Fault fault = begin(call, List.of(), false);
        if (fault != null) {
            throw failure(call, fault);
        }
        return action.run();
    }

    private static IOException failure(Call call, Fault fault) {
        String message = "told to fail: " + call + " " + fault;
        return fault == Fault.OUT_OF_SPACE ? new OutOfSpaceException(message, null) : new IOException(message);
    }

    /** A file that fails as the provider was told. */
    private final class Storage implements PageStorage {

        private final PageStorage file;
        private final AtomicBoolean pretending = new AtomicBoolean();

        Storage(PageStorage file) {
            this.file = file;
        }

        @Override
        public long length() throws IOException {
            return failing(Call.LENGTH, List.of(), file::length);
        }

        @Override
        public void read(long offset, byte[] target, int from, int length) throws IOException {
            failing(Call.READ, offset, length, some -> file.read(offset, target, from, (int) some));
        }

        @Override
        public void write(long offset, byte[] source, int from, int length) throws IOException {
            failing(Call.WRITE, offset, length, some -> file.write(offset, source, from, (int) some));
        }

        @Override
        public void extend(long from, long to, boolean reserve) throws IOException {
            failing(Call.EXTEND, from, to - from, some -> file.extend(from, from + some, reserve));
        }

        @Override
        public void truncate(long length) throws IOException {
            failing(Call.TRUNCATE, length, 0, any -> file.truncate(length));
        }

        @Override
        public boolean syncsUnmapped() {
            return syncsUnmapped && file.syncsUnmapped();
        }

        @Override
        public boolean punchHole(ByteRange range) throws IOException {
            return file.punchHole(range);
        }

        @Override
        public Whereabouts whereabouts() throws IOException {
            if (lookupsFail) {
                throw new IOException("told to fail: lookups");
            }
            return file.whereabouts();
        }

        @Override
        public MemorySegment map(long offset, long length, Arena arena) throws IOException {
            Path other = twin;
            return failing(Call.MAP, List.of(new ByteRange(offset, length)), () -> other == null
                    ? file.map(offset, length, arena)
                    : mapped(other, offset, length, arena));
        }

        @Override
        public void close() throws IOException {
            failing(Call.CLOSE, 0, 0, any -> file.close());
        }

        @Override
        public void sync() throws IOException {
            sync(Call.SYNC, List.of(), any -> file.sync());
        }

        @Override
        public void sync(List<ByteRange> ranges) throws IOException {
            sync(Call.SYNC_RANGES, ranges, some -> file.sync(ranges.subList(0, (int) some)));
        }

        /** Fails as a sync of ranges does, and is counted as one; with no ranges it syncs nothing and does neither. */
        @Override
        public void syncBeside(List<ByteRange> ranges) throws IOException {
            if (ranges.isEmpty()) {
                file.syncBeside(ranges);
            } else {
                sync(Call.SYNC_RANGES, ranges, some -> file.syncBeside(ranges.subList(0, (int) some)));
            }
        }

        private void sync(Call call, List<ByteRange> ranges, Part part) throws IOException {
            boolean pretend = pretending.getAndSet(false);
            Fault fault = begin(call, ranges, pretend);
            if (fault == Fault.SYNC_LOST) {
                pretending.set(true);
            } else if (fault == null && pretend) {
                return;
            }
            part(call, fault, ranges.size(), part);
        }

        private void failing(Call call, long offset, long length, Part part) throws IOException {
            part(call, begin(call, List.of(new ByteRange(offset, length)), false), length, part);
        }

        private void part(Call call, @Nullable Fault fault, long whole, Part part) throws IOException {
            if (fault == null || fault == Fault.AFTER) {
                part.run(whole);
            } else if (fault == Fault.HALF || fault == Fault.OUT_OF_SPACE) {
                part.run(whole / 2);
            }
            if (fault != null) {
                throw failure(call, fault);
            }
        }

        private <T> T failing(Call call, List<ByteRange> ranges, Action<T> action) throws IOException {
            Fault fault = begin(call, ranges, false);
            if (fault == Fault.AFTER) {
                action.run();
            }
            if (fault != null) {
                throw failure(call, fault);
            }
            return action.run();
        }
    }

    /** Does so many of the bytes or ranges of a call. */
    private interface Part {
        void run(long some) throws IOException;
    }
}
