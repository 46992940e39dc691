package io.mappedpages.crashlab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.mappedpages.CommitMode;
import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;

/**
 * A process in which many threads work on one page file until it is killed. Each thread has pages of its own, and says what
 * it does with its number before each line. Pages of a thread are those that the numbers on the standard input say it had
 * when the process before was killed.
 */
final class SoakChild {

    private static final int MOST_PAGES = 60;

    private final Random random;
    private final ToldCalls calls;

    private SoakChild(int number, Pager pager, long seed) {
        this.random = new Random(seed + number);
        this.calls = new ToldCalls(pager, random, new Random(seed).nextInt(1 << 20) << 10,
                line -> ToldCalls.print(number + " " + line));
    }

    /** Arguments: file, seed, mode, threads. Input: a line for each page, {@code THREAD alloc N} or {@code THREAD palloc N}, then {@code go}. */
    public static void main(String[] arguments) throws IOException {
        new Quiet(); // being killed is nothing to report
        Pager pager = Pager.builder(Path.of(arguments[0])).pageSizeLog2(12).growthStep(1 << 17)
                .commitMode(CommitMode.valueOf(arguments[2])).openOrCreate();
        List<SoakChild> workers = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(arguments[3]); i++) {
            workers.add(new SoakChild(i, pager, Long.parseLong(arguments[1])));
        }
        BufferedReader in = new BufferedReader(
                new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = in.readLine(); line != null && !line.equals("go"); line = in.readLine()) {
            String[] words = line.split(" ");
            long page = Long.parseLong(words[2]);
            boolean isRegular = words[1].equals("alloc");
            workers.get(Integer.parseInt(words[0])).calls.take(isRegular ? List.of(new PageId(page)) : List.of(),
                    isRegular ? List.of() : List.of(new ProtectedPageId(page)));
        }
        for (SoakChild worker : workers) {
            Thread.ofPlatform().start(worker::workForEver);
        }
        if (workers.size() > 1) { // growth and its opposite, verify and sync go on beside all that
            Thread.ofPlatform().start(() -> lookOn(pager));
        }
    }

    @SuppressWarnings("InfiniteLoopStatement") // it ends when it is killed
    private static void lookOn(Pager pager) {
        try {
            while (true) {
                if (!pager.verify().isSound()) {
                    throw new LabFailure("verify() finds " + pager.verify().findings());
                }
                pager.sync();
                pager.trim();
                Thread.sleep(50);
            }
        } catch (Throwable e) {
            end(e);
        }
    }

    private static void end(Throwable e) {
        e.printStackTrace();
        Runtime.getRuntime().halt(3);
    }

    @SuppressWarnings("InfiniteLoopStatement") // it ends when it is killed
    private void workForEver() {
        try {
            while (true) {
                work();
            }
        } catch (Throwable e) {
            end(e);
        }
    }

    private void work() {
        boolean full = calls.pagesTaken() > MOST_PAGES;
        switch (random.nextInt(8)) {
            case 0 -> calls.alloc(full ? 0 : 1 + random.nextInt(6));
            case 1 -> calls.allocProtected(full ? 0 : 1 + random.nextInt(3));
            case 2 -> calls.free(full ? 6 : 1);
            case 3 -> calls.freeProtected(full ? 4 : 1);
            case 4, 5, 6 -> calls.writeProtected();
            default -> calls.write();
        }
    }
}
