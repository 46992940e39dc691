package io.mappedpages.crashlab;

import java.nio.file.Path;
import java.util.Random;

import io.mappedpages.CommitMode;
import io.mappedpages.Pager;
import io.mappedpages.PagerFullException;

/** A process that works on a page file until it is killed, with all of the pages that are in it; some give the file a journal, others do without. */
final class CrashChild {

    private static final int MOST_PAGES = 150;

    private final Random random;
    private final ToldCalls calls;

    private CrashChild(Path file, long seed) {
        random = new Random(seed);
        Pager pager = Pager.builder(file).pageSizeLog2(12).growthStep(1 << 17).journalSize(64 << 10)
                .commitMode(seed % 4 == 0 ? CommitMode.CHECKPOINT : CommitMode.JOURNAL).openOrCreate();
        calls = new ToldCalls(pager, random, (int) (seed & 0xffff) << 14 | 1, ToldCalls::print);
        calls.take(pager.allocatedPages().toList(), pager.allocatedProtectedPages().toList());
    }

    @SuppressWarnings("InfiniteLoopStatement") // it ends when it is killed
    public static void main(String[] arguments) {
        new Quiet(); // being killed is nothing to report
        CrashChild child = new CrashChild(Path.of(arguments[0]), Long.parseLong(arguments[1]));
        ToldCalls.print("ready");
        while (true) {
            child.work();
        }
    }

    private void work() {
        boolean full = calls.pagesTaken() > MOST_PAGES;
        try {
            switch (random.nextInt(8)) {
                case 0 -> calls.alloc(full ? 0 : 1 + random.nextInt(3));
                case 1 -> calls.allocProtected(full ? 0 : 1 + random.nextInt(2));
                case 2 -> calls.free(full ? 3 : 1);
                case 3 -> calls.freeProtected(full ? 3 : 1);
                case 4, 5 -> calls.writeProtected();
                default -> calls.write();
            }
        } catch (PagerFullException e) {
            ToldCalls.print("full");
        }
    }
}
