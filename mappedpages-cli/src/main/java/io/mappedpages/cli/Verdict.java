package io.mappedpages.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What the measurements say of a disk.
 *
 * @param problems what speaks against it
 * @param notes    what else is to be known
 */
record Verdict(List<String> problems, List<String> notes) {

    private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs", "rootfs", "devtmpfs", "hugetlbfs");
    /** The quickest device that there is, with a processor's own way to it, takes about as long as this. */
    private static final long IMPOSSIBLE_NANOS = 10_000;
    /** Below this only devices are whose cache survives a power cut. */
    private static final long SUSPICIOUS_NANOS = 60_000;
    /** Half a turn at 15,000 a minute. */
    private static final long HALF_A_TURN_NANOS = 2_000_000;

    static Verdict of(String fileSystem, Device device, Latencies.Summary onePage) {
        List<String> problems = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        boolean inMemory = IN_MEMORY.contains(fileSystem);
        if (inMemory) {
            problems.add(fileSystem
                    + " is in memory. Whatever a sync says, nothing of it is there after a restart of the machine.");
        }
        if (fileSystem.equals("overlay")) {
            problems.add(
                    "overlay is as a rule the layer of a container, and goes with it. Put page files on a volume.");
        }
        String time = Units.time(onePage.p50());
        if (onePage.p50() < IMPOSSIBLE_NANOS && !inMemory) {
            problems.add("Half of all syncs took no more than " + time
                    + ", in which no device stores anything. They are answered out of "
                    + "memory that forgets, by the file system, a virtual machine or the device. A power cut will lose commits.");
        } else if (onePage.p50() < SUSPICIOUS_NANOS && !inMemory) {
            notes.add("Half of all syncs took no more than " + time
                    + ". Only devices whose cache survives a power cut are so quick: make "
                    + "sure that this is one. In a virtual machine, look how its disk is cached (with QEMU, not cache=unsafe).");
        }
        if (device.isRotating() && onePage.p50() < HALF_A_TURN_NANOS) {
            notes.add("The device says that it rotates, and then a sync takes milliseconds; " + time
                    + " are too few. Virtual disks say so without "
                    + "rotating; a real one would be answering out of its cache (hdparm -W0 turns that off).");
        }
        if ("write through".equals(device.writeCache())) {
            notes.add(
                    "The device says that it has no cache that forgets, so the kernel does not tell it to write one out. If that is not true "
                            + "(a virtual disk with a cache on its host, say), syncs mean nothing.");
        }
        return new Verdict(problems, notes);
    }
}
