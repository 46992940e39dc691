package io.mappedpages.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FaultyStorageProvider.Event;
import io.mappedpages.internal.storage.FaultyStorageProvider.Fault;

class FaultyStorageProviderTest {

    @TempDir
    Path directory;

    private final FaultyStorageProvider behind = new FaultyStorageProvider(new FileStorageProvider());
    private final FaultyStorageProvider provider = new FaultyStorageProvider(behind);
    private final byte[] bytes = {1, 2, 3, 4};
    private PageStorage storage;

    @BeforeEach
    void createFile() throws IOException {
        storage = provider.createTemporary(directory.resolve("pages"));
        provider.reset();
        behind.reset();
    }

    @AfterEach
    void discardFile() {
        provider.discard(storage);
    }

    @Test
    void aFaultStrikesTheCallItWasArmedForAndNoOther() throws IOException {
        provider.failNth(Call.WRITE, 3, Fault.BEFORE);
        provider.failNext(Call.WRITE, Fault.BEFORE);
        assertThatIOException().isThrownBy(() -> storage.write(0, bytes, 0, 4)).withMessageContaining("WRITE BEFORE");
        storage.write(0, bytes, 0, 4);
        storage.read(0, bytes, 0, 4);
        assertThatIOException().isThrownBy(() -> storage.write(0, bytes, 0, 4));
        storage.write(0, bytes, 0, 4);
        assertThat(provider.count(Call.WRITE)).isEqualTo(4);
        assertThat(behind.count(Call.WRITE)).isEqualTo(2);
    }

    @Test
    void aFaultAfterwardsLeavesTheWorkDone() throws IOException {
        provider.failNext(Call.WRITE, Fault.AFTER);
        assertThatIOException().isThrownBy(() -> storage.write(0, bytes, 0, 4));
        assertThat(storage.length()).isEqualTo(4);
        provider.failNext(Call.LENGTH, Fault.AFTER);
        assertThatIOException().isThrownBy(() -> storage.length());
        assertThat(behind.count(Call.LENGTH)).isEqualTo(2);
    }

    @Test
    void aFaultHalfWayLeavesHalfTheWorkDone() throws IOException {
        provider.failNext(Call.WRITE, Fault.HALF);
        assertThatIOException().isThrownBy(() -> storage.write(0, bytes, 0, 4));
        assertThat(storage.length()).isEqualTo(2);
        provider.failNext(Call.EXTEND, Fault.OUT_OF_SPACE);
        assertThatExceptionOfType(OutOfSpaceException.class).isThrownBy(() -> storage.extend(2, 12, true));
        assertThat(storage.length()).isEqualTo(7);
        provider.failNext(Call.SYNC_RANGES, Fault.HALF);
        List<ByteRange> ranges = List.of(new ByteRange(0, 1), new ByteRange(3, 1));
        assertThatIOException().isThrownBy(() -> storage.sync(ranges));
        assertThat(behind.events().getLast().ranges()).containsExactly(new ByteRange(0, 1));
    }

    @Test
    void aLostSyncIsFollowedByOneThatOnlySaysThatAllIsWell() throws IOException {
        List<ByteRange> ranges = List.of(new ByteRange(0, 1));
        storage.extend(0, 1, false);
        provider.failNext(Call.SYNC, Fault.SYNC_LOST);
        assertThatIOException().isThrownBy(() -> storage.sync());
        storage.sync(ranges);
        assertThat(behind.count(Call.SYNC) + behind.count(Call.SYNC_RANGES)).isZero();
        storage.sync(ranges);
        storage.sync();
        assertThat(behind.count(Call.SYNC) + behind.count(Call.SYNC_RANGES)).isEqualTo(2);
        assertThat(provider.events()).filteredOn(event -> event.call() != Call.EXTEND).containsExactly(
                new Event(Call.SYNC, List.of(), Fault.SYNC_LOST, false),
                new Event(Call.SYNC_RANGES, ranges, null, false), new Event(Call.SYNC_RANGES, ranges, null, true),
                new Event(Call.SYNC, List.of(), null, true));
    }

    @Test
    void theLogTellsEveryCallWithItsBytes() throws IOException {
        storage.extend(10, 30, true);
        storage.write(12, bytes, 1, 3);
        storage.truncate(20);
        try (Arena arena = Arena.ofShared()) {
            storage.map(0, 20, arena);
        }
        assertThat(provider.events()).extracting(Event::call, Event::offset, Event::length).containsExactly(
                tuple(Call.EXTEND, 10, 20), tuple(Call.WRITE, 12, 3), tuple(Call.TRUNCATE, 20, 0),
                tuple(Call.MAP, 0, 20));
        provider.reset();
        assertThat(provider.events()).isEmpty();
        assertThat(provider.count(Call.WRITE)).isZero();
    }

    @Test
    void callsOfTheProviderFailToo() throws IOException {
        Path target = provider.resolve(directory.resolve("target"));
        provider.failNext(Call.LOCK, Fault.BEFORE);
        assertThatIOException().isThrownBy(() -> provider.lock(target));
        HeldLock lock = provider.lock(target);
        provider.failNext(Call.CREATE_TEMPORARY, Fault.OUT_OF_SPACE);
        assertThatExceptionOfType(OutOfSpaceException.class).isThrownBy(() -> provider.createTemporary(target));
        provider.failNext(Call.PUBLISH, Fault.BEFORE);
        assertThatIOException().isThrownBy(() -> provider.publish(provider.createTemporary(target), target));
        assertThat(provider.exists(target)).isFalse();
        provider.publish(provider.createTemporary(target), target);
        provider.failNext(Call.OPEN, Fault.BEFORE);
        assertThatIOException().isThrownBy(() -> provider.open(target, lock));
        provider.open(target, lock).close();
        assertThat(directory.toFile().list()).hasSize(3).contains("target", "target.lock");
    }

    @Test
    void aHookRunsOnceAndBeforeTheCallDoesAnything() throws IOException {
        provider.beforeNext(Call.WRITE, () -> assertThat(behind.count(Call.WRITE)).isZero());
        storage.write(0, bytes, 0, 4);
        storage.write(0, bytes, 0, 4);
        assertThat(behind.count(Call.WRITE)).isEqualTo(2);
    }

    @Test
    void aFaultThatACallCannotHaveIsRefusedWhenItIsArmed() {
        assertThatIllegalArgumentException().isThrownBy(() -> provider.failNext(Call.EXISTS, Fault.BEFORE));
        assertThatIllegalArgumentException().isThrownBy(() -> provider.failNext(Call.WRITE, Fault.SYNC_LOST));
        assertThatIllegalArgumentException().isThrownBy(() -> provider.failNext(Call.CLOSE, Fault.BEFORE));
        assertThatIllegalArgumentException().isThrownBy(() -> provider.failNth(Call.WRITE, 0, Fault.BEFORE));
    }

    private static Tuple tuple(Call call, long offset, long length) {
        return Tuple.tuple(call, offset, length);
    }

    /** A storage that belongs to no provider. */
    static final class NoStorage implements PageStorage {

        @Override
        public long length() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void read(long offset, byte[] target, int from, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(long offset, byte[] source, int from, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void sync() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void sync(List<ByteRange> ranges) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void extend(long from, long to, boolean reserve) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void truncate(long length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean punchHole(ByteRange range) {
            return false;
        }

        @Override
        public Whereabouts whereabouts() {
            return Whereabouts.IN_PLACE;
        }

        @Override
        public MemorySegment map(long offset, long length, Arena arena) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
        }
    }
}
