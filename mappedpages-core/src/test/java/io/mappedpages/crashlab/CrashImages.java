package io.mappedpages.crashlab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * Lists what a power cut could leave of a file: each uncertain sector in any of its contents, or torn, and each length.
 * All combinations if there are not too many; beyond that the telling ones and a sample.
 */
final class CrashImages {

    /** Looks at an image. {@code bytes} is only lent. {@code hash} tells images apart. */
    interface Visitor {
        void visit(byte[] bytes, int length, long hash);
    }

    /**
     * How far to go.
     *
     * @param exhaustive up to so many combinations all are listed
     * @param samples    otherwise so many at random, besides the telling ones
     * @param torn       whether a sector may be neither old nor new
     */
    record Limits(long exhaustive, int samples, boolean torn) {
    }

    private final Limits limits;
    private final Visitor visitor;
    private final Random random;
    private final PendingSector[] sectors;
    /** For each sector: its contents; of these the first {@link #whole} are not torn. */
    private final byte[][][] contents;
    private final int[] whole;
    private final long[][] hashes;
    private final int[] lengths;
    /** Whether there is an uncertain sector behind a length. */
    private final boolean[] cuts;
    /** The file's own array of certain contents: lent to visitors with other contents, and as it was in the end. */
    private final byte[] image;
    private final int[] choice;
    private long sum;

    private CrashImages(Medium.FileOnMedium file, Limits limits, long seed, Visitor visitor) {
        this.limits = limits;
        this.visitor = visitor;
        this.random = new Random(seed);
        this.sectors = file.pending.values().toArray(PendingSector[]::new);
        Arrays.sort(sectors, Comparator.comparingLong(PendingSector::lastTime));
        this.contents = new byte[sectors.length][][];
        this.whole = new int[sectors.length];
        this.hashes = new long[sectors.length][];
        for (int i = 0; i < sectors.length; i++) {
            prepare(i);
        }
        this.lengths = someOf(file.lengths.stream().mapToInt(Integer::intValue).toArray());
        this.cuts = new boolean[lengths.length];
        for (int i = 0; i < lengths.length; i++) {
            for (PendingSector sector : sectors) {
                cuts[i] |= sector.number * SimulatedFile.SECTOR >= lengths[i];
            }
        }
        this.image = file.durable;
        this.choice = new int[sectors.length];
        this.sum = file.durableSum;
    }

    /** Shows every image to {@code visitor}; the same seed gives the same images. */
    static void list(Medium.FileOnMedium file, Limits limits, long seed, Visitor visitor) {
        new CrashImages(file, limits, seed, visitor).run();
    }

    private void prepare(int i) {
        List<byte[]> all = new ArrayList<>(sectors[i].contents());
        whole[i] = all.size();
        if (limits.torn && sectors[i].isTearable()) {
            byte[] zeros = new byte[SimulatedFile.SECTOR];
            if (all.stream().noneMatch(other -> Arrays.equals(other, zeros))) {
                all.add(zeros);
            }
            all.add(Hashes.garbage(sectors[i].number));
        }
        contents[i] = all.toArray(byte[][]::new);
        hashes[i] = new long[all.size()];
        for (int version = 0; version < all.size(); version++) {
            hashes[i][version] = Hashes.sector(sectors[i].number, contents[i][version], 0);
        }
    }

    /** The first, the last and one between. */
    private int[] someOf(int[] all) {
        return all.length <= 3 ? all : new int[] {all[0], all[1 + random.nextInt(all.length - 2)], all[all.length - 1]};
    }

    private void run() {
        try {
            explore();
        } finally {
            all(0);
        }
    }

    private void explore() {
        if (combinations(true) <= limits.exhaustive) {
            everything(true);
        } else if (combinations(false) <= limits.exhaustive) {
            everything(false);
            tears();
            samples();
        } else {
            telling();
            tears();
            samples();
        }
    }

    private double combinations(boolean torn) {
        double count = lengths.length;
        for (int i = 0; i < sectors.length; i++) {
            count *= torn ? contents[i].length : whole[i];
        }
        return count;
    }

    private void everything(boolean torn) {
        all(0);
        while (true) {
            emit();
            int i = 0;
            while (i < sectors.length) {
                int next = choice[i] + 1;
                boolean wraps = next >= (torn ? contents[i].length : whole[i]);
                set(i, wraps ? 0 : next);
                if (!wraps) {
                    break;
                }
                i++;
            }
            if (i == sectors.length) {
                return;
            }
        }
    }

    /** All old, all new, and each prefix, suffix, single missing and single present in the order of writing. */
    private void telling() {
        // from one image to the next little changes, so that little has to be copied
        all(0);
        for (int end = 0; end <= sectors.length; end++) {
            emit();
            if (end < sectors.length) {
                set(end, whole[end] - 1);
            }
        }
        for (int from = 0; from < sectors.length; from++) {
            set(from, 0);
            emit();
        }
        for (int base = 0; base < 2; base++) {
            all(base);
            for (int single = 0; single < sectors.length; single++) {
                eachOf(single, 0, whole[single]);
            }
        }
    }

    /** One torn sector with all others old, and with all others new. */
    private void tears() {
        for (int base = 0; base < 2; base++) {
            all(base);
            for (int single = 0; single < sectors.length; single++) {
                eachOf(single, whole[single], contents[single].length);
            }
        }
    }

    /** One sector in some of its versions, and then as it was. */
    private void eachOf(int single, int from, int to) {
        int before = choice[single];
        for (int version = from; version < to; version++) {
            set(single, version);
            emit();
        }
        set(single, before);
    }

    private void samples() {
        for (int n = 0; n < limits.samples; n++) {
            int bias = 1 + random.nextInt(7);
            for (int i = 0; i < sectors.length; i++) {
                boolean old = random.nextInt(8) < bias;
                boolean torn = random.nextInt(16) == 0;
                set(i, old ? 0 : random.nextInt(torn ? contents[i].length : whole[i]));
            }
            emit();
        }
    }

    private void all(int newest) {
        for (int i = 0; i < sectors.length; i++) {
            set(i, newest * (whole[i] - 1));
        }
    }

    private void set(int i, int version) {
        if (choice[i] != version) {
            sum += hashes[i][version] - hashes[i][choice[i]];
            put(i, version);
        }
    }

    private void put(int i, int version) {
        choice[i] = version;
        System.arraycopy(contents[i][version], 0, image, sectors[i].number * SimulatedFile.SECTOR,
                SimulatedFile.SECTOR);
    }

    private void emit() {
        for (int i = 0; i < lengths.length; i++) {
            long behind = cuts[i] ? behind(lengths[i]) : 0;
            visitor.visit(image, lengths[i], sum - behind ^ Hashes.mix(lengths[i]));
        }
    }

    /** What sectors past the end of the file add to the sum, which counts all of them. */
    private long behind(int length) {
        long behind = 0;
        for (int i = 0; i < sectors.length; i++) {
            behind += sectors[i].number * SimulatedFile.SECTOR >= length ? hashes[i][choice[i]] : 0;
        }
        return behind;
    }
}
