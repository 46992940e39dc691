package io.mappedpages.crashlab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.storage.ByteRange;

/**
 * What can be on the medium after the events it was told of. It replays the record of a {@link SimulatedDisk} and knows
 * for each sector what is certain and what else may be there; length and contents are persisted independently.
 */
final class Medium {

    private final int capacity;
    private final Map<Integer, FileOnMedium> files = new HashMap<>();
    private final Map<Path, Integer> durableNames = new HashMap<>();
    private final List<DiskEvent> pendingNames = new ArrayList<>();
    private final Map<Integer, Long> syncBegan = new HashMap<>();
    private long time;

    /** One file's sectors and lengths. */
    static final class FileOnMedium {
        final byte[] cache;
        /** The last certain content of each sector. Sectors behind all lengths it may have are zeros, or uncertain. */
        final byte[] durable;
        /** The sum over all sectors of {@link #durable}, see {@link Hashes}. */
        long durableSum;
        int cacheLength;
        final TreeMap<Integer, PendingSector> pending = new TreeMap<>();
        /** Every length it may have; the first is the certain one. */
        Set<Integer> lengths = new LinkedHashSet<>();

        FileOnMedium(byte[] content, int length, int capacity) {
            cache = Arrays.copyOf(content, capacity);
            durable = Arrays.copyOf(content, capacity);
            durableSum = Hashes.image(content, length);
            cacheLength = length;
            lengths.add(length);
        }

        private void makeCertain(PendingSector sector) {
            int at = sector.number * SimulatedFile.SECTOR;
            durableSum -= Hashes.sector(sector.number, durable, at);
            durableSum += Hashes.sector(sector.number, sector.certain(), 0);
            System.arraycopy(sector.certain(), 0, durable, at, SimulatedFile.SECTOR);
        }
    }

    /** A directory that may get files. */
    Medium(int capacity) {
        this.capacity = capacity;
    }

    /** A directory with one durable file, number 0. */
    Medium(byte[] content, int length, int capacity) {
        this(capacity);
        files.put(0, new FileOnMedium(content, length, capacity));
        durableNames.put(SimulatedDisk.FILE, 0);
    }

    void apply(DiskEvent event) {
        time++;
        switch (event) {
            case DiskEvent.Write write -> write(file(write.file()), write.offset(), write.bytes());
            case DiskEvent.SetLength set -> setLength(file(set.file()), set.length());
            case DiskEvent.SyncBegin begin -> syncBegan.put(begin.number(), time);
            case DiskEvent.SyncEnd end -> sync(file(end.file()), end);
            case DiskEvent.Link _,DiskEvent.Unlink _ -> pendingNames.add(event);
            case DiskEvent.SyncDirectory _ -> {
                pendingNames.forEach(name -> rename(durableNames, name));
                pendingNames.clear();
            }
            case DiskEvent.Mark _ -> {
                // not for the disk
            }
        }
    }

    private FileOnMedium file(int id) {
        return files.computeIfAbsent(id, _ -> new FileOnMedium(new byte[0], 0, capacity));
    }

    private void write(FileOnMedium file, int offset, byte[] bytes) {
        System.arraycopy(bytes, 0, file.cache, offset, bytes.length);
        file.cacheLength = Math.max(file.cacheLength, offset + bytes.length);
        int first = offset / SimulatedFile.SECTOR;
        int last = (offset + bytes.length - 1) / SimulatedFile.SECTOR;
        for (int sector = first; bytes.length > 0 && sector <= last; sector++) {
            pending(file, sector).write(sectorOf(file.cache, sector), time);
        }
    }

    private static byte[] sectorOf(byte[] bytes, int sector) {
        return Arrays.copyOfRange(bytes, sector * SimulatedFile.SECTOR, (sector + 1) * SimulatedFile.SECTOR);
    }

    private static PendingSector pending(FileOnMedium file, int sector) {
        return file.pending.computeIfAbsent(sector,
                number -> new PendingSector(number, sectorOf(file.durable, number)));
    }

    private void setLength(FileOnMedium file, int length) {
        int end = Math.ceilDiv(file.cacheLength, SimulatedFile.SECTOR);
        for (int sector = Math.ceilDiv(length, SimulatedFile.SECTOR); sector < end; sector++) {
            int at = sector * SimulatedFile.SECTOR;
            if (file.pending.containsKey(sector) || !isZero(file.durable, at)) {
                pending(file, sector).cut(time);
            }
            Arrays.fill(file.cache, at, at + SimulatedFile.SECTOR, (byte) 0);
        }
        file.cacheLength = length;
        file.lengths.remove(length); // to be the last
        file.lengths.add(length);
    }

    private static boolean isZero(byte[] bytes, int at) {
        for (int i = at; i < at + SimulatedFile.SECTOR; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private void sync(FileOnMedium file, DiskEvent.SyncEnd end) {
        Long began = syncBegan.remove(end.number());
        if (began == null) {
            throw new IllegalStateException("no sync " + end.number());
        }
        List<ByteRange> ranges = end.ranges();
        if (end.lost()) {
            file.pending.values().forEach(sector -> sector.lose(began));
            return;
        }
        file.pending.values().removeIf(sector -> {
            if (!isIn(ranges, sector.number)) {
                return false;
            }
            boolean isAll = sector.sync(began);
            file.makeCertain(sector);
            return isAll;
        });
        if (ranges == null) {
            file.lengths = new LinkedHashSet<>(List.of(file.cacheLength));
        } else {
            long needed = Math.min(file.cacheLength, ranges.stream().mapToLong(ByteRange::end).max().orElse(0));
            file.lengths.removeIf(length -> length < needed);
        }
    }

    private static boolean isIn(@Nullable List<ByteRange> ranges, int sector) {
        if (ranges == null) {
            return true;
        }
        long from = (long) sector * SimulatedFile.SECTOR;
        for (ByteRange range : ranges) {
            if (range.length() > 0 && range.offset() < from + SimulatedFile.SECTOR && range.end() > from) {
                return true;
            }
        }
        return false;
    }

    /** The file that has the name for certain. */
    FileOnMedium target() {
        Integer id = durableNames.get(SimulatedDisk.FILE);
        if (id == null) {
            throw new IllegalStateException("there may be no file");
        }
        return file(id);
    }

    /** Every file that may have the name, with null for none: any of the changes of names may have been made. */
    Set<@Nullable FileOnMedium> possibleTargets() {
        return possibleTargets(SimulatedDisk.FILE);
    }

    /** The same for another name. */
    Set<@Nullable FileOnMedium> possibleTargets(Path name) {
        Set<@Nullable FileOnMedium> targets = new LinkedHashSet<>();
        for (int subset = 0; subset < 1 << pendingNames.size(); subset++) {
            Map<Path, Integer> names = new HashMap<>(durableNames);
            for (int i = 0; i < pendingNames.size(); i++) {
                if ((subset >> i & 1) != 0) {
                    rename(names, pendingNames.get(i));
                }
            }
            Integer id = names.get(name);
            targets.add(id == null ? null : file(id));
        }
        return targets;
    }

    private static void rename(Map<Path, Integer> names, DiskEvent event) {
        switch (event) {
            case DiskEvent.Link link -> names.put(link.name(), link.file());
            case DiskEvent.Unlink unlink -> names.remove(unlink.name());
            default -> throw new IllegalArgumentException(event.toString());
        }
    }
}
