package io.mappedpages.crashlab;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import io.mappedpages.crashlab.DamageCheck.Damage;

/**
 * Whatever is done to the bytes of a file: opening it, reading all of it, verifying it and working on it end in a
 * documented exception or in the right answer.
 */
class DamagedFilesTest {

    private static final Map<String, AtomicLong> ENDS = new ConcurrentSkipListMap<>();
    private static final AtomicLong CASES = new AtomicLong();
    private static final int MOST_LOOKS = 20;

    private static final History HISTORY = History.small(Options.SMALL);
    private static final byte[] FILE = HISTORY.base().content();
    private static final int PAGE = Options.SMALL.pageSize();

    /** What a byte is changed by: every bit alone, and some together. */
    private static final int[] MASKS = Lab.LONG
            ? IntStream.concat(IntStream.range(0, 8).map(bit -> 1 << bit),
                    IntStream.rangeClosed(0, 20).map(i -> 3 + 12 * i)
            ).toArray()
            : new int[] {1, 98, 195};

    /** What each worker is doing: nothing may take long. */
    private static final Map<Thread, Case> RUNNING = new ConcurrentHashMap<>();

    private record Case(String what, long number) {
    }

    /** Something done to a copy of the file. */
    private interface Harm {
        /** {@return the new length} */
        int doTo(byte[] bytes);
    }

    @AfterAll
    static void summary() {
        Report report = new Report("damage", "what came of a damaged file", "cases");
        ENDS.forEach((end, count) -> report.row(end, Report.number(count.get())));
        report.row("in all", Report.number(CASES.get())).write();
    }

    private static void run(String title, int parts, IntConsumer part) {
        Lab lab = new Lab(title, CASES::get);
        for (int i = 0; i < parts; i++) {
            int number = i;
            lab.add(() -> part.accept(number));
        }
        Thread watch = Thread.ofPlatform().daemon().start(DamagedFilesTest::watch);
        try {
            lab.run();
        } finally {
            watch.interrupt();
        }
    }

    /**
     * A case that never ends cannot be failed, but it can be named before the build is given up on. Looks are counted, and
     * not time: a machine that sleeps meanwhile is no hang.
     */
    private static void watch() {
        Map<Case, Integer> looks = new HashMap<>();
        try {
            while (true) {
                Thread.sleep(1000);
                looks.keySet().retainAll(new HashSet<>(RUNNING.values()));
                RUNNING.forEach((thread, now) -> {
                    if (looks.merge(now, 1, Integer::sum) > MOST_LOOKS) {
                        System.out.println("HANGS: " + now.what() + " " + Arrays.toString(thread.getStackTrace()));
                        System.out.flush();
                        Runtime.getRuntime().halt(3);
                    }
                });
            }
        } catch (InterruptedException e) {
            // all is done
        }
    }

    /** Does harm to copies of the file, one after the other, on one thread. */
    private static final class Bench {
        private final byte[] file;
        private final DamageCheck check;
        private final RepairCheck repair;
        private final byte[] bytes;
        private int count;

        Bench() {
            this(HISTORY);
        }

        Bench(History history) {
            file = history.base().content();
            check = new DamageCheck(history);
            repair = new RepairCheck(history);
            bytes = file.clone();
        }

        void harm(String what, Damage damage, Harm harm) {
            System.arraycopy(file, 0, bytes, 0, file.length);
            RUNNING.put(Thread.currentThread(), new Case(what, CASES.get()));
            try {
                int length = harm.doTo(bytes);
                String end = check.check(bytes, length, damage, count++ % 16 == 0);
                ENDS.computeIfAbsent(end, _ -> new AtomicLong()).incrementAndGet();
                ENDS.computeIfAbsent(repair.check(bytes, length, damage), _ -> new AtomicLong()).incrementAndGet();
            } catch (Throwable e) {
                throw new LabFailure(what + ": " + e, e);
            } finally {
                RUNNING.remove(Thread.currentThread());
                CASES.incrementAndGet();
            }
        }
    }

    @Test
    void anyByteMayChange() {
        run("every byte changed", FILE.length / PAGE, page -> {
            Bench bench = new Bench();
            for (int at = page * PAGE; at < (page + 1) * PAGE; at++) {
                int where = at;
                for (int mask : MASKS) {
                    bench.harm("byte " + at + " xor " + mask, Damage.CHANGED_ONCE, bytes -> {
                        bytes[where] ^= (byte) mask;
                        return bytes.length;
                    });
                }
            }
        });
    }

    @Test
    void severalBytesMayChange() {
        run("random changes", Lab.LONG ? 200 : 8, part -> {
            Bench bench = new Bench();
            Random random = new Random(part);
            for (int i = 0; i < 2000; i++) {
                bench.harm("random changes, part " + part + " number " + i, Damage.CHANGED, bytes -> {
                    for (int n = 1 + random.nextInt(6); n > 0; n--) {
                        int page = random.nextBoolean() ? random.nextInt(3) : random.nextInt(bytes.length / PAGE);
                        int from = page * PAGE + random.nextInt(PAGE);
                        int to = Math.min(bytes.length, from + 1 + random.nextInt(random.nextBoolean() ? 4 : 600));
                        switch (random.nextInt(3)) {
                            case 0 -> Arrays.fill(bytes, from, to, (byte) 0);
                            case 1 -> Arrays.fill(bytes, from, to, (byte) -1);
                            default -> bytes[from] = (byte) random.nextInt();
                        }
                    }
                    return bytes.length;
                });
            }
        });
    }

    @Test
    void theFileMayEndAnywhere() {
        run("every length", FILE.length / PAGE, page -> {
            Bench bench = new Bench();
            for (int at = page * PAGE; at < (page + 1) * PAGE; at += Lab.LONG ? 1 : 7) {
                int length = at;
                bench.harm("cut to " + at, Damage.CHANGED, bytes -> {
                    Arrays.fill(bytes, length, bytes.length, (byte) 0);
                    return length;
                });
            }
        });
    }

    @Test
    void pagesMayBeExchangedAndGoBackInTime() {
        run("pages in wrong places and of wrong times", FILE.length / PAGE, page -> {
            Bench bench = new Bench();
            for (int other = 0; other < FILE.length / PAGE; other++) {
                int with = other;
                bench.harm("page " + page + " exchanged with " + other, Damage.REPLAYED, bytes -> {
                    System.arraycopy(FILE, page * PAGE, bytes, with * PAGE, PAGE);
                    System.arraycopy(FILE, with * PAGE, bytes, page * PAGE, PAGE);
                    return bytes.length;
                });
                bench.harm("page " + other + " copied to " + page, Damage.REPLAYED, bytes -> {
                    System.arraycopy(FILE, with * PAGE, bytes, page * PAGE, PAGE);
                    return bytes.length;
                });
            }
            for (int time = 0; time < HISTORY.snapshots().size(); time++) {
                byte[] then = HISTORY.snapshots().get(time);
                for (int from = page * PAGE; from < (page + 1) * PAGE; from += PAGE / 2) {
                    int at = from;
                    for (int size : new int[] {PAGE / 2, PAGE}) {
                        bench.harm(size + " bytes at " + from + " as of time " + time, Damage.REPLAYED, bytes -> {
                            int end = Math.min(Math.min(at + size, then.length), bytes.length);
                            System.arraycopy(then, Math.min(at, end), bytes, Math.min(at, end), Math.max(0, end - at));
                            return bytes.length;
                        });
                    }
                }
            }
        });
    }

    @Test
    void anyMixtureOfThePastMayTurnUp() {
        run("mixtures of the past", Lab.LONG ? 200 : 4, part -> {
            Bench bench = new Bench();
            Random random = new Random(part);
            for (int i = 0; i < 2000; i++) {
                bench.harm("mixture, part " + part + " number " + i, Damage.REPLAYED, bytes -> {
                    for (int n = 1 + random.nextInt(12); n > 0; n--) {
                        byte[] then = HISTORY.snapshots().get(random.nextInt(HISTORY.snapshots().size()));
                        int sector = random.nextInt(2) == 0 ? random.nextInt(6)
                                : random.nextInt(Math.min(then.length, bytes.length) / SimulatedFile.SECTOR);
                        System.arraycopy(then, sector * SimulatedFile.SECTOR, bytes, sector * SimulatedFile.SECTOR,
                                SimulatedFile.SECTOR);
                    }
                    return bytes.length;
                });
            }
        });
    }

    @Test
    void fieldsMaySayAnythingUnderGoodChecksums() {
        Reseal reseal = new Reseal(FILE, PAGE);
        long[] extremes = {0, 1, 2, 3, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 47, (1L << 48) - 1, 1L << 31, 1L << 32,
            FILE.length / PAGE, FILE.length / PAGE - 1, FILE.length / PAGE + 1, Integer.MAX_VALUE, 255, 256};
        run("fields under good checksums", reseal.pages().size() * PAGE / 32, part -> {
            Bench bench = new Bench();
            int page = reseal.pages().get(part * 32 / PAGE);
            int first = page * PAGE + part * 32 % PAGE;
            for (int at = first; at < first + 32 && at < (page + 1) * PAGE - 4; at++) {
                int where = at;
                for (int value = 0; value < 256; value += Lab.LONG ? 1 : 85) {
                    int to = value;
                    bench.harm("byte " + at + " made " + value + ", sealed", Damage.SEALED, bytes -> {
                        bytes[where] = (byte) to;
                        reseal.seal(bytes);
                        return bytes.length;
                    });
                }
                for (int size : new int[] {4, 6, 8}) {
                    for (int e = 0; e < extremes.length && at % 2 == 0; e += Lab.LONG ? 1 : 3) {
                        long value = extremes[e];
                        bench.harm(size + " bytes at " + at + " made " + value + ", sealed", Damage.SEALED, bytes -> {
                            for (int i = 0; i < size && where + i < (page + 1) * PAGE - 4; i++) {
                                bytes[where + i] = (byte) (value >> 8 * i);
                            }
                            reseal.seal(bytes);
                            return bytes.length;
                        });
                    }
                }
            }
        });
    }

    @Test
    void aSlotMaySayAnythingUnderAGoodChecksum() {
        Reseal reseal = new Reseal(FILE, PAGE);
        run("slots under good checksums", 60, field -> {
            Bench bench = new Bench();
            for (int value = 0; value < 256; value++) {
                int to = value;
                bench.harm("byte " + field + " of the slot made " + value + ", sealed", Damage.SEALED, bytes -> {
                    bytes[reseal.slotAt() + field] = (byte) to;
                    reseal.sealSlot(bytes);
                    return bytes.length;
                });
            }
        });
    }

    @Test
    void randomFieldsMaySayAnythingUnderGoodChecksums() {
        run("random fields under good checksums", Lab.LONG ? 400 : 8,
                part -> changeFields(new Bench(), new Reseal(FILE, PAGE), part, 1000));
    }

    @Test
    void randomFieldsOfLargerTreesMaySayAnythingUnderGoodChecksums() {
        History directory = History.of(Base.guarded(Options.SMALL, 31, 1 << 17), List.of(Op.PROTECTED_COMMIT));
        History map = History.of(Base.filled(Options.SMALL, 3312 + 3952 + 2, 1 << 23), List.of(Op.ALLOC));
        run("random fields of larger trees under good checksums", Lab.LONG ? 60 : 4, part -> {
            History history = part % 2 == 0 ? directory : map;
            changeFields(new Bench(history), new Reseal(history.base().content(), PAGE), part,
                    (Lab.LONG ? 10 : 1) * (part % 2 == 0 ? 200 : 20));
        });
    }

    private static void changeFields(Bench bench, Reseal reseal, int part, int cases) {
        Random random = new Random(part);
        for (int i = 0; i < cases; i++) {
            bench.harm("random fields, part " + part + " number " + i, Damage.SEALED, bytes -> {
                for (int n = 1 + random.nextInt(8); n > 0; n--) {
                    int page = reseal.pages().get(random.nextInt(reseal.pages().size()));
                    int at = page * PAGE + random.nextInt(random.nextBoolean() ? 200 : PAGE - 12);
                    long value = switch (random.nextInt(4)) {
                        case 0 -> random.nextInt(40);
                        case 1 -> -1 - random.nextInt(3);
                        case 2 -> 1L << random.nextInt(64);
                        default -> random.nextLong();
                    };
                    for (int b = 0; b < 1 + random.nextInt(8); b++) {
                        bytes[at + b] = (byte) (value >> 8 * b);
                    }
                }
                reseal.seal(bytes);
                return bytes.length;
            });
        }
    }
}
