package io.mappedpages.crashlab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.mappedpages.internal.storage.ByteRange;

/** The laboratory's own instrument: which disks a power cut may leave. */
class CrashImagesTest {

    private static final int PAGE = 4096;
    private static final int CAPACITY = 1 << 16;
    private static final CrashImages.Limits ALL = new CrashImages.Limits(1 << 20, 0, false);

    private final Medium medium = new Medium(new byte[CAPACITY], 4 * PAGE, CAPACITY);
    private int syncs;

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private void write(int offset, int length, int value) {
        medium.apply(new DiskEvent.Write(0, offset, filled(length, value)));
    }

    private void sync(List<ByteRange> ranges, boolean lost) {
        medium.apply(new DiskEvent.SyncBegin(0, syncs));
        medium.apply(new DiskEvent.SyncEnd(0, syncs++, ranges, lost));
    }

    /** Different disks: the first byte of each sector, for a write fills whole sectors with one value. */
    private Set<String> images(CrashImages.Limits limits) {
        Set<String> images = new HashSet<>();
        Set<Long> hashes = new HashSet<>();
        CrashImages.list(medium.target(), limits, 1, (bytes, length, hash) -> {
            StringBuilder image = new StringBuilder();
            for (int at = 0; at < length; at += SimulatedFile.SECTOR) {
                image.append((char) bytes[at]);
            }
            images.add(image.toString());
            hashes.add(hash);
            assertThat(hash).isEqualTo(Hashes.image(bytes, length) ^ Hashes.mix(length));
        });
        assertThat(hashes).hasSameSizeAs(images);
        return images;
    }

    @Test
    void onePageOf4KiBIs256SubsetsOfItsSectors() {
        write(0, PAGE, 1);
        assertThat(images(ALL)).hasSize(256);
    }

    @Test
    void twoPagesOf4KiBAre65536() {
        write(0, PAGE, 1);
        write(2 * PAGE, PAGE, 2);
        assertThat(images(ALL)).hasSize(65_536);
    }

    @Test
    void aSectorThatIsBeingWrittenMayAlsoReadAsZerosOrGarbage() {
        write(0, 512, 1);
        sync(null, false);
        write(0, 512, 2);
        assertThat(images(new CrashImages.Limits(100, 0, true))).hasSize(4);
    }

    @Test
    void anyVersionOfASectorWrittenMoreThanOnceMayStay() {
        write(0, 512, 1);
        write(0, 512, 2);
        write(0, 512, 3);
        assertThat(images(ALL)).hasSize(4);
    }

    @Test
    void whatWasSyncedIsCertain() {
        write(0, PAGE, 1);
        write(PAGE, PAGE, 2);
        sync(List.of(new ByteRange(0, PAGE)), false);
        assertThat(images(ALL)).as("the other page is not").hasSize(256);
        sync(null, false);
        assertThat(images(ALL)).hasSize(1);
    }

    @Test
    void afterAFailedSyncTheNextOneWritesNothing() {
        write(0, 512, 1);
        sync(null, true);
        sync(null, false);
        assertThat(images(ALL)).as("old or new").hasSize(2);
    }

    @Test
    void lengthAndContentsGoTheirOwnWays() {
        write(4 * PAGE, 512, 1);
        medium.apply(new DiskEvent.SetLength(0, 4 * PAGE + 512));
        assertThat(images(ALL)).as("short, or long with the sector or with zeros").hasSize(3);
    }

    @Test
    void beyondTheBoundTheTellingOnesAndASampleAreTried() {
        write(0, 4 * PAGE, 1);
        assertThat(images(new CrashImages.Limits(1000, 0, false)))
                .as("33 prefixes, 31 more suffixes, 30 more with one missing, 30 more with one present").hasSize(124);
    }
}
