package io.mappedpages.crashlab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A sector of which it is not certain what the medium has: everything it may be, oldest first. */
final class PendingSector {

    /** One content of the sector. {@code time} orders writes and syncs; -1 is what was durable before. */
    private static final class Version {
        final byte[] content;
        long time;
        boolean lost;

        Version(byte[] content, long time) {
            this.content = content;
            this.time = time;
        }
    }

    final int number;
    private final List<Version> versions = new ArrayList<>();
    private boolean tearable;

    PendingSector(int number, byte[] durable) {
        this.number = number;
        versions.add(new Version(durable, -1));
    }

    /** When it was written last. */
    long lastTime() {
        return versions.getLast().time;
    }

    /** The contents it may have, different from each other. */
    List<byte[]> contents() {
        List<byte[]> distinct = new ArrayList<>(versions.size());
        for (Version version : versions) {
            if (distinct.stream().noneMatch(other -> Arrays.equals(other, version.content))) {
                distinct.add(version.content);
            }
        }
        return distinct;
    }

    /** Whether a write to it may be under way when the power goes. */
    boolean isTearable() {
        return tearable;
    }

    void write(byte[] content, long time) {
        versions.add(new Version(content, time));
        tearable = true;
    }

    /** It reads as zeros since the file was cut, without anything having been written. */
    void cut(long time) {
        versions.add(new Version(new byte[SimulatedFile.SECTOR], time));
    }

    /** A sync failed: what was dirty is taken for clean, and nobody knows what of it was written. */
    void lose(long began) {
        for (Version version : versions) {
            version.lost |= version.time <= began;
        }
    }

    /** A sync that began at {@code began} has ended. {@return whether the sector is certain now} */
    boolean sync(long began) {
        int last = -1;
        for (int i = 0; i < versions.size(); i++) {
            if (versions.get(i).time <= began) {
                last = i;
            }
        }
        Version written = versions.get(last);
        if (written.lost && written.time >= 0) {
            return false;
        }
        versions.subList(0, last).clear();
        written.time = -1;
        written.lost = false;
        return versions.size() == 1;
    }

    byte[] certain() {
        return versions.getFirst().content;
    }
}
